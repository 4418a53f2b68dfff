export { GATEWAY_BOUNDS, type GatewayBounds } from './bounds.ts';
export { openGuardProxy, type GuardProxy, type GuardProxyOptions } from './egress/guard-proxy.ts';
export { systemResolver, type Resolver } from './egress/resolve-target.ts';
export type { UpstreamTarget } from './llm/upstream.ts';
export { UnixGateway, type UnixGatewayOptions } from './unix-gateway.ts';
