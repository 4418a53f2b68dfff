import { randomBytes } from 'node:crypto';

/** As the Standard Webhooks specification has it: 24 to 64 random bytes. */
const SECRET_BYTES = 32;

/** `whsec_` and base64. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
