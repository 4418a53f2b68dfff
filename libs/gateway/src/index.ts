export { openGuardProxy } from './egress/guard-proxy.ts';
export { UnixGateway } from './unix-gateway.ts';
