import { describe, expect, it } from '@jest/globals';
import { AppError, taskIdFrom } from '@drydock/domain';
import fc from 'fast-check';
import { cursorOf, placeOf } from './cursor.ts';

describe('cursor', () => {
  it('brings back the place that it was made of', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(fc.nat(), bytes, (micros, random) => {
        const place = { micros: String(micros), id: taskIdFrom(micros, random) };
        expect(placeOf(cursorOf(place))).toEqual(place);
      }),
    );
  });

  it('refuses every other text', () => {
    const id = taskIdFrom(0, new Uint8Array(16));
    const encoded = (text: string): string => Buffer.from(text).toString('base64url');
    const foreign = [
      encoded(`-1.${id}`),
      encoded(`1.${id} `),
      `${encoded(`1.${id}`)}=`,
      encoded(`99999999999999999.${id}`),
    ];
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...foreign), fc.string()), (text) => {
        expect(() => placeOf(text)).toThrow(AppError);
      }),
    );
  });
});
