import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sealer } from './sealer.ts';

const code = 'config_error';
const refused = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('Sealer', () => {
  const sealer = new Sealer(randomBytes(32));

  it('opens what it sealed, and never seals twice alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, purpose) => {
        const sealed = sealer.seal(plain, purpose);
        expect(sealer.open(sealed, purpose)).toBe(plain);
        expect(sealer.seal(plain, purpose).equals(sealed)).toBe(false);
      }),
    );
  });

  it('opens for no other purpose and with no other key', () => {
    const sealed = sealer.seal('ghp_secret', 'source_token:task_1');
    expect(refused(() => sealer.open(sealed, 'source_token:task_2'))).toMatchObject({ code });
    expect(refused(() => new Sealer(randomBytes(32)).open(sealed, 'source_token:task_1'))).toMatchObject({
      code,
    });
  });

  it('notices every changed or missing byte', () => {
    const sealed = sealer.seal('ghp_secret', 'p');
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(refused(() => sealer.open(changed, 'p'))).toMatchObject({ code });
      expect(refused(() => sealer.open(sealed.subarray(0, i), 'p'))).toMatchObject({ code });
    }
  });

  it('takes a key of 32 bytes only', () => {
    expect(refused(() => new Sealer(randomBytes(16)))).toMatchObject({ code });
  });
});
