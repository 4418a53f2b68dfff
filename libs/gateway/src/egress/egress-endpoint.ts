import type { AllowedPrivateHosts } from '@drydock/domain';
import type { EndpointSpec } from '@drydock/engine';
import type { GatewayBounds } from '../bounds.ts';
import { listenInDirectory } from '../unix-listener.ts';
import { allowlistPolicy, nameOf } from './egress-policy.ts';
import { createProxyServer } from './proxy-server.ts';
import type { Resolver } from './resolve-target.ts';

export interface EgressOptions {
  readonly directory: string;
  readonly allow: readonly string[];
  readonly phase: string;
  readonly allowedPrivateHosts: AllowedPrivateHosts;
  readonly resolver: Resolver;
  readonly bounds: GatewayBounds;
  readonly onNotice: EndpointSpec['onNotice'];
}

/** Notices of one endpoint at most: a port scan is not worth more lines. */
const MAX_NOTICES = 100;

/** Opens `egress.sock`. @returns closes it with every tunnel; idempotent. */
export const openEgress = async (options: EgressOptions): Promise<() => Promise<void>> => {
  const { directory, allow, phase, allowedPrivateHosts, resolver, bounds, onNotice } = options;
  const noticed = new Set<string>();
  const proxy = createProxyServer({
    policy: allowlistPolicy(allow, phase, allowedPrivateHosts),
    resolver,
    bounds,
    authorized: null,
    onRefused: (target, reason) => {
      const name = nameOf(target);
      if (noticed.has(name) || noticed.size >= MAX_NOTICES) return;
      noticed.add(name);
      onNotice({ code: 'egress_refused', message: `${name} was refused in the ${phase} phase. ${reason}` });
    },
    onFull: () => {
      const message = `The ${phase} phase moved more than ${String(bounds.maxEgressBytes)} bytes; its network is cut.`;
      onNotice({ code: 'egress_limit_reached', message });
    },
  });
  const close = await listenInDirectory(proxy.server, directory, 'egress.sock');
  return () => {
    proxy.cutTunnels();
    return close();
  };
};
