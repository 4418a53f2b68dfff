import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { AppError } from '@drydock/domain';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 1;
const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES;

/**
 * Seals secrets at rest with AES-256-GCM: version byte, 4 bytes of the key's SHA-256, nonce, tag, ciphertext. The purpose is
 * authenticated along, so that a sealed value moved to another row does not open.
 */
export class Sealer {
  readonly #key: Uint8Array;
  readonly #keyId: Buffer;

  /** @throws AppError `config_error` unless the key has 32 bytes. */
  constructor(key: Uint8Array) {
    if (key.length !== KEY_BYTES)
      throw new AppError('config_error', `A sealing key has ${String(KEY_BYTES)} bytes.`);
    this.#key = key;
    this.#keyId = createHash('sha256').update(key).digest().subarray(0, KEY_ID_BYTES);
  }

  seal(plain: string, purpose: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(purpose));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), this.#keyId, nonce, cipher.getAuthTag(), body]);
  }

  /** @throws AppError `config_error`: another key, another purpose, or changed bytes. */
  open(sealed: Buffer, purpose: string): string {
    const keyId = sealed.subarray(1, 1 + KEY_ID_BYTES);
    if (sealed[0] !== VERSION || sealed.length < HEAD_BYTES || !keyId.equals(this.#keyId))
      throw new AppError('config_error', 'A secret was sealed with another key (DRYDOCK_SECRET_KEY).');
    const nonce = sealed.subarray(1 + KEY_ID_BYTES, HEAD_BYTES - TAG_BYTES);
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(sealed.subarray(HEAD_BYTES - TAG_BYTES, HEAD_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new AppError('config_error', 'A sealed secret was changed or moved.', { cause: error });
    }
  }
}
