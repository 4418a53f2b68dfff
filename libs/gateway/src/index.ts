export { openGuardProxy } from './egress/guard-proxy.ts';
export { UnixGateway } from './unix-gateway.ts';
export { HttpWebhookSender } from './webhooks/http-webhook-sender.ts';
export { standardWebhookSigner } from './webhooks/standard-webhook-signer.ts';
