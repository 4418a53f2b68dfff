import { randomBytes } from 'node:crypto';

/** A made-up secret that can be searched for everywhere afterwards: `canary-<purpose>-<24 letters and digits>`. */
export const canarySecret = (purpose: string): string =>
  `canary-${purpose}-${randomBytes(18)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, 'x')}`;

const formsOf = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    JSON.stringify(secret).slice(1, -1),
  ];
};

/** Those of the secrets that occur in the bytes, plain or in a usual encoding. */
export const findCanaries = (haystack: string | Uint8Array, secrets: readonly string[]): string[] => {
  const bytes = Buffer.from(haystack as Uint8Array);
  return secrets.filter((secret) => formsOf(secret).some((form) => bytes.includes(form)));
};
