import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MASK, Redactor } from './redactor.ts';

const SECRET = 'sk-Canary/7+"quoted"?&=';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const streamed = (redactor: Redactor, chunks: readonly string[]): string => {
  const stream = redactor.stream();
  return chunks.map((chunk) => stream.push(chunk)).join('') + stream.end();
};

describe('Redactor', () => {
  it.each([
    ['plain', SECRET],
    ['URL', encodeURIComponent(SECRET)],
    ['URL in lower case', encodeURIComponent(SECRET).replace(/%../g, (escape) => escape.toLowerCase())],
    ['JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['base64', base64(SECRET).replace(/=+$/, '')],
    ['base64url', Buffer.from(SECRET).toString('base64url')],
  ])('masks the %s form whole', (_name, form) => {
    expect(new Redactor([SECRET]).mask(`<${form}>`)).toBe(`<${MASK}>`);
  });

  it.each(['x-access-token:', 'u:', 'me:', ''])(
    'masks base64 of %j and the secret, all but its edges',
    (user) => {
      const masked = new Redactor([SECRET]).mask(`Basic ${base64(`${user}${SECRET}\n`)}`);
      expect(masked).toContain(MASK);
      const left = masked.replace(/^Basic /, '').split(MASK);
      const known = `${Buffer.from(left[0] ?? '', 'base64').toString()}${left[1] ?? ''}`;
      expect(known).not.toContain(SECRET.slice(0, 3));
      expect(left[1]?.length).toBeLessThanOrEqual(4);
    },
  );

  it('masks the same split at every byte, in every form', () => {
    const redactor = new Redactor([SECRET]);
    for (const form of [SECRET, encodeURIComponent(SECRET), base64(SECRET), JSON.stringify(SECRET)]) {
      const text = `a ${form} b ${form}${form}`;
      for (let at = 0; at <= text.length; at++)
        expect(streamed(redactor, [text.slice(0, at), text.slice(at)])).toBe(redactor.mask(text));
      expect(streamed(redactor, text.split(/(?:)/))).toBe(redactor.mask(text));
    }
  });

  it('lets the longer secret win, also when its end comes later', () => {
    const redactor = new Redactor(['token-1', 'token-1-and-more']);
    expect(streamed(redactor, ['token-1', '-and-more', ' token-1', '-x'])).toBe(`${MASK} ${MASK}-x`);
  });

  it('holds back no more than a secret could need, and nothing that cannot be one', () => {
    const stream = new Redactor([SECRET]).stream();
    expect(stream.push('all of this can go')).toBe('all of this can go');
    expect(stream.push('x sk-Cana')).toBe('x ');
    expect(stream.push('l is a place')).toBe('sk-Canal is a place');
    expect(stream.end()).toBe('');
  });

  it('streams and masks alike, whatever the secrets, texts and cuts', () => {
    // Few letters, so that secrets overlap, repeat and start alike.
    const text = (minLength: number, maxLength: number) =>
      fc.string({ unit: fc.constantFrom('a', 'b', '%', '"'), minLength, maxLength });
    const piece = (secrets: string[]) =>
      fc.oneof(text(0, 8), fc.constantFrom(...secrets, ...secrets.map(base64)));
    const cases = fc
      .array(text(6, 10), { minLength: 1, maxLength: 4 })
      .chain((secrets) => fc.tuple(fc.constant(secrets), fc.array(piece(secrets), { maxLength: 12 })));
    fc.assert(
      fc.property(cases, ([secrets, pieces]) => {
        const redactor = new Redactor(secrets);
        const whole = redactor.mask(pieces.join(''));
        expect(streamed(redactor, pieces)).toBe(whole);
        expect(streamed(redactor, pieces.join('').split(/(?:)/))).toBe(whole);
        for (const secret of secrets) expect(whole).not.toContain(secret);
      }),
    );
  });

  it('learns a secret that comes later, and keeps the others, also in a stream that is open', () => {
    const redactor = new Redactor([SECRET]);
    const stream = redactor.stream();
    const before = stream.push(`${SECRET} the-minted-token `);
    redactor.learn(['the-minted-token']);
    const after = stream.push(`${SECRET} the-minted-token`);
    expect(before + after + stream.end()).toBe(`${MASK} the-minted-token ${MASK} ${MASK}`);
  });

  it('masks keys and values of JSON at any depth, and bounds the depth', () => {
    const redactor = new Redactor([SECRET]);
    expect(redactor.maskJson({ a: [SECRET, 1, null, { [SECRET]: `x${SECRET}` }] })).toEqual({
      a: [MASK, 1, null, { [MASK]: `x${MASK}` }],
    });
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect(JSON.stringify(redactor.maskJson(deep))).toBe(`${'['.repeat(64)}"[too deep]"${']'.repeat(64)}`);
    expect(JSON.stringify(new Redactor([]).maskJson(deep))).toContain('[too deep]');
  });

  it.each([[[]], [['short']], [['']]])('leaves text alone with the secrets %j', (secrets) => {
    expect(streamed(new Redactor(secrets), ['a short', ' text'])).toBe('a short text');
  });
});
