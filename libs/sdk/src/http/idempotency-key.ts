/** A key that nobody has used: 128 random bits. Not `randomUUID`, which browsers lack on plain http. */
export const newIdempotencyKey = (): string =>
  `sdk-${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
