import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonb } from './jsonb.ts';

describe('jsonb', () => {
  it.each([
    ['NUL in a value', { a: 'x\0y' }, '{"a":"x\uFFFDy"}'],
    ['NUL in a key', { 'a\0': 1 }, '{"a\uFFFD":1}'],
    ['a lone surrogate', ['\ud800', 'ok \u{1F600}'], '["\uFFFD","ok \u{1F600}"]'],
    ['text that only looks like an escape', ['\\u0000'], '["\\\\u0000"]'],
    ['undefined', { a: undefined }, '{}'],
    ['nothing at all', undefined, 'null'],
  ])('makes %s storable', (_name, value, text) => {
    expect(jsonb(value)).toBe(text);
  });

  it('cuts what is nested deeper than the server can parse', () => {
    const text = jsonb(JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)));
    expect(text.length).toBeLessThan(200);
    expect(text).toContain('nested too deeply');
  });

  it('leaves plain JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: true, maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('\\u0000'));
        expect(jsonb(value)).toBe(text);
      }),
    );
  });
});
