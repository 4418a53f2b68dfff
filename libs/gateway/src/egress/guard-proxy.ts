import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { AllowedPrivateHosts } from '@drydock/domain';
import type { Log } from '@drydock/engine';
import { GATEWAY_BOUNDS } from '../bounds.ts';
import { nameOf, publicGitPolicy } from './egress-policy.ts';
import { createProxyServer } from './proxy-server.ts';
import { systemResolver, type Resolver } from './resolve-target.ts';

export interface GuardProxyOptions {
  readonly allowedPrivateHosts: AllowedPrivateHosts;
  readonly log: Log;
  /** Default: the host's own. */
  readonly resolver?: Resolver;
}

export interface GuardProxy {
  /** With credentials in it, for `http.proxy` of git: nobody else on the host may use it. */
  readonly url: string;
  close(): Promise<void>;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A proxy on loopback that every git process of the worker goes through. */
export const openGuardProxy = async (options: GuardProxyOptions): Promise<GuardProxy> => {
  const password = randomBytes(24).toString('base64url');
  const wanted = digest(`Basic ${Buffer.from(`drydock:${password}`).toString('base64')}`);
  const proxy = createProxyServer({
    policy: publicGitPolicy(options.allowedPrivateHosts),
    resolver: options.resolver ?? systemResolver,
    // It serves all attempts for as long as the worker lives; a checkout has its own bound of bytes.
    bounds: { ...GATEWAY_BOUNDS, maxEgressBytes: Number.POSITIVE_INFINITY },
    authorized: (header) => header !== undefined && timingSafeEqual(digest(header), wanted),
    onRefused: (target, reason) => {
      options.log.warn({ target: nameOf(target), reason }, 'a git connection was refused');
    },
    onFull: () => undefined,
  });
  proxy.server.listen(0, '127.0.0.1');
  await once(proxy.server, 'listening');
  proxy.server.on('error', (error) => {
    options.log.warn({ error: String(error) }, 'the git proxy could not accept a connection');
  });
  const { port } = proxy.server.address() as AddressInfo;
  let closed: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    proxy.server.close();
    proxy.server.closeAllConnections();
    proxy.cutTunnels();
    await once(proxy.server, 'close');
  };
  return {
    url: `http://drydock:${password}@127.0.0.1:${String(port)}`,
    close: () => (closed ??= close()),
  };
};
