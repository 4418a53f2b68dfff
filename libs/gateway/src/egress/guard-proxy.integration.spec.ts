import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CanaryServer } from '../testing/canary-server.ts';
import { SILENT } from '../testing/gateway-rig.ts';
import { throughProxy, throughTunnel } from '../testing/proxy-client.ts';
import { openGuardProxy, type GuardProxy } from './guard-proxy.ts';

let canary: CanaryServer;
let guard: GuardProxy;
beforeEach(async () => {
  canary = await CanaryServer.start();
  guard = await openGuardProxy({
    allowedPrivateHosts: new Set([
      `127.0.0.1:${String(canary.port)}`,
      `forge.example:${String(canary.port)}`,
    ]),
    log: SILENT,
    resolver: (host) => Promise.resolve(host === 'public.example' ? ['192.0.2.1'] : ['127.0.0.1']),
  });
});
afterEach(async () => {
  await guard.close();
  await canary.close();
});

const address = (): { host: string; port: number } => ({
  host: '127.0.0.1',
  port: Number(new URL(guard.url).port),
});
const auth = (): Record<string, string> => {
  const { username, password } = new URL(guard.url);
  return { 'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
};

describe('guard of the git traffic', () => {
  it('lets nobody in without its credentials', async () => {
    for (const headers of [{}, { 'proxy-authorization': 'Basic eDp5' }]) {
      const target = `forge.example:${String(canary.port)}`;
      expect(await throughTunnel(address(), target, headers)).toMatchObject({
        status: 407,
        headers: { 'proxy-authenticate': 'Basic realm="drydock"' },
      });
      expect(await throughProxy(address(), `http://${target}/`, headers)).toMatchObject({ status: 407 });
    }
    expect(canary.connections).toBe(0);
  });

  it('reaches the hosts that the operator allows, over http too', async () => {
    for (const host of ['forge.example', '127.0.0.1']) {
      const target = `${host}:${String(canary.port)}`;
      expect(await throughTunnel(address(), target, auth())).toMatchObject({ status: 200 });
      expect(await throughProxy(address(), `http://${target}/`, auth())).toMatchObject({ status: 200 });
    }
  });

  it.each([
    ['a private answer', 'internal.example:443'],
    ['an answer that is not public', 'public.example:443'],
    ['another port', 'public.example:8443'],
    ['an IP literal', '1.1.1.1:443'],
    ['another port of an allowed host', 'forge.example:443'],
  ])('refuses %s', async (_name, target) => {
    expect(await throughTunnel(address(), target, auth())).toMatchObject({ status: 403 });
    expect(canary.connections).toBe(0);
  });

  it('refuses plain http to public hosts', async () => {
    expect(await throughProxy(address(), 'http://public.example/', auth())).toMatchObject({ status: 403 });
  });

  it('is what git goes through, by http.proxy', async () => {
    const git = (url: string): Promise<unknown> =>
      promisify(execFile)('git', ['-c', `http.proxy=${guard.url}`, 'ls-remote', url], {
        env: {
          PATH: '/usr/local/bin:/usr/bin:/bin',
          GIT_TERMINAL_PROMPT: '0',
          HOME: '/nonexistent',
          LC_ALL: 'C',
        },
      });
    // To git, the canary's empty answer is an empty repository.
    await git(`http://127.0.0.1:${String(canary.port)}/x.git`);
    expect(canary.requests[0]?.url).toContain('/x.git/info/refs');
    await expect(git('https://internal.example/x.git')).rejects.toThrow(/403/);
    await guard.close();
    await expect(git(`http://127.0.0.1:${String(canary.port)}/x.git`)).rejects.toThrow(
      /[Ff]ailed to connect/,
    );
  });
});
