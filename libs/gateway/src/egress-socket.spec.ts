import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { eventually } from '@drydock/testing';
import { CanaryServer } from './testing/canary-server.ts';
import { GatewayRig, type RigOptions } from './testing/gateway-rig.ts';
import { throughProxy, throughTunnel } from './testing/proxy-client.ts';

let rig: GatewayRig;
let canary: CanaryServer;
beforeEach(async () => {
  canary = await CanaryServer.start();
});
afterEach(async () => {
  await rig.close();
  await canary.close();
});

/** Names of the fake DNS. */
const NAMES: Record<string, readonly string[]> = {
  'good.example': ['127.0.0.1'],
  'private.example': ['10.0.0.1'],
  'mixed.example': ['1.1.1.1', '127.0.0.1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'nat64.example': ['64:ff9b::7f00:1'],
  'metadata.example': ['169.254.169.254'],
  'empty.example': [],
};
const asked: string[] = [];
const resolver = (host: string): Promise<readonly string[]> => {
  asked.push(host);
  const found = NAMES[host.replace(/^[^.]+\.(?=good)/, '')];
  return found === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(found);
};

const open = async (options: RigOptions = {}): Promise<GatewayRig> => {
  asked.length = 0;
  rig = await GatewayRig.open({ resolver, ...options });
  return rig;
};
const proxy = (): { socketPath: string } => ({ socketPath: rig.linkPath('egress.sock') });
/** A rig that may reach the canary as good.example: on the allowlist, and allowed by the operator because it is private. */
const openToCanary = (): Promise<GatewayRig> =>
  open({
    allow: [`good.example:${String(canary.port)}`],
    privateHosts: new Set([`good.example:${String(canary.port)}`]),
  });

describe('egress socket', () => {
  it('tunnels to an allowed host', async () => {
    await openToCanary();
    expect(await throughTunnel(proxy(), `good.example:${String(canary.port)}`)).toMatchObject({
      status: 200,
    });
    expect(canary.requests).toHaveLength(1);
    expect(rig.notices).toEqual([]);
  });

  it('passes plain http on, without what is meant for this hop', async () => {
    await openToCanary();
    const url = `http://good.example:${String(canary.port)}/a?b=1`;
    const reply = await throughProxy(proxy(), url, { 'proxy-authorization': 'Basic eA==', 'x-own': '1' });
    expect(reply).toMatchObject({ status: 200, headers: { 'x-canary': 'yes' } });
    expect(reply.headers).not.toHaveProperty('x-hop');
    expect(canary.requests[0]).toMatchObject({
      url: '/a?b=1',
      headers: { host: `good.example:${String(canary.port)}`, 'x-own': '1' },
    });
    expect(canary.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('leaves redirects to the client', async () => {
    await openToCanary();
    expect(await throughProxy(proxy(), `http://good.example:${String(canary.port)}/redirect`)).toMatchObject({
      status: 302,
      headers: { location: 'http://elsewhere.example/' },
    });
    expect(asked).toEqual(['good.example']);
  });

  it('says what to allow, in one notice per host and port', async () => {
    await open({ allow: ['other.example'] });
    for (let i = 0; i < 3; i++) {
      const reply = await throughTunnel(proxy(), 'registry.example:443');
      expect(reply).toMatchObject({ status: 403, text: expect.stringContaining('network.agent.allow') });
    }
    expect(await throughProxy(proxy(), 'http://registry.example:8080/')).toMatchObject({ status: 403 });
    expect(rig.notices.map((notice) => notice.message)).toEqual([
      'registry.example:443 was refused in the agent phase. It is not on the allowlist. To allow it, add "registry.example" to network.agent.allow.',
      'registry.example:8080 was refused in the agent phase. It is not on the allowlist. To allow it, add "registry.example:8080" to network.agent.allow.',
    ]);
    expect(asked).toEqual([]);
  });

  it.each([
    ['another port of an allowed host', ['good.example'], 'good.example:22'],
    ['the name below which all is allowed', ['*.good.example'], 'good.example:443'],
    ['a name that only ends alike', ['*.good.example'], 'verygood.example:443'],
    ['a private answer', ['private.example'], 'private.example:443'],
    ['an answer that is public only in part', ['mixed.example'], 'mixed.example:443'],
    ['an IPv4-mapped answer', ['mapped.example'], 'mapped.example:443'],
    ['a NAT64 answer', ['nat64.example'], 'nat64.example:443'],
    ['the metadata service', ['metadata.example'], 'metadata.example:80'],
    ['an IP literal', ['127.0.0.1', '1.1.1.1'], '1.1.1.1:443'],
    ['a loopback literal', ['127.0.0.1'], '127.0.0.1:443'],
    ['a decimal literal', ['127.0.0.1', '2130706433'], '2130706433:443'],
    ['an IPv6 literal', [], '[::1]:443'],
    ['a mapped literal', [], '[::ffff:127.0.0.1]:443'],
    ['the operator’s host that the task did not list', [], 'good.example:443'],
  ])('refuses %s', async (_name, allow, target) => {
    await open({ allow, privateHosts: new Set(['good.example:443']) });
    expect(await throughTunnel(proxy(), target)).toMatchObject({ status: 403 });
    expect(rig.notices).toHaveLength(1);
    expect(canary.connections).toBe(0);
  });

  it('matches a wildcard below the name', async () => {
    const host = `a.good.example:${String(canary.port)}`;
    await open({ allow: [`*.good.example:${String(canary.port)}`], privateHosts: new Set([host]) });
    expect(await throughTunnel(proxy(), host)).toMatchObject({ status: 200 });
  });

  it('reaches an address that both the operator and the task name', async () => {
    const address = `127.0.0.1:${String(canary.port)}`;
    await open({ allow: [address], privateHosts: new Set([address]) });
    expect(await throughTunnel(proxy(), address)).toMatchObject({ status: 200 });
    expect(await throughProxy(proxy(), `http://${address}/`)).toMatchObject({ status: 200 });
    expect(asked).toEqual([]);
  });

  it('resolves once per connection, and dials what it checked', async () => {
    await openToCanary();
    await throughTunnel(proxy(), `good.example:${String(canary.port)}`);
    expect(asked).toEqual(['good.example']);
  });

  it.each([
    ['a name that does not resolve', 'nowhere.example:443'],
    ['a name without addresses', 'empty.example:443'],
  ])('answers 502 for %s', async (_name, target) => {
    await open({ allow: ['nowhere.example', 'empty.example'] });
    expect(await throughTunnel(proxy(), target)).toMatchObject({ status: 502 });
    expect(rig.notices).toEqual([]);
  });

  it.each(['/', 'https://good.example/', 'ftp://good.example/'])('answers 400 to a plain %s', async (url) => {
    await open({ allow: ['good.example'] });
    expect(await throughProxy(proxy(), url)).toMatchObject({ status: 400 });
  });

  it('cuts the network when the phase moved too many bytes, and says so', async () => {
    const name = `good.example:${String(canary.port)}`;
    await open({ allow: [name], privateHosts: new Set([name]), bounds: { maxEgressBytes: 10 } });
    await expect(throughTunnel(proxy(), name)).rejects.toThrow();
    expect(await throughTunnel(proxy(), name)).toMatchObject({ status: 403 });
    expect(rig.notices).toMatchObject([{ code: 'egress_limit_reached' }]);
  });

  it('ends open and idle tunnels', async () => {
    const name = `good.example:${String(canary.port)}`;
    await open({ allow: [name], privateHosts: new Set([name]), bounds: { tunnelIdleMs: 50 } });
    const idle = await openTunnel(name);
    await eventually(() => idle.destroyed);
    const other = await openTunnel(name);
    await rig.endpoint.close();
    await eventually(() => other.destroyed);
  });
});

/** A tunnel that nothing is sent through. */
const openTunnel = (target: string) =>
  new Promise<ReturnType<typeof connect>>((resolve, reject) => {
    const socket = connect(rig.linkPath('egress.sock'));
    socket.once('error', reject);
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    socket.once('data', () => resolve(socket));
  });
