import { describe, expect, it } from '@jest/globals';
import { parseAdvertisedRefs, refPatterns, resolveRef } from './advertised-refs.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);
const OUTPUT = [
  `ref: refs/heads/main\tHEAD`,
  `${A}\tHEAD`,
  `${A}\trefs/heads/main`,
  `${B}\trefs/tags/v1`,
  `${C}\trefs/tags/v1^{}`,
  `${B}\trefs/tags/main`,
  'garbage',
  `zz\trefs/heads/bad`,
].join('\n');

describe('resolveRef', () => {
  const refs = parseAdvertisedRefs(OUTPUT);

  it.each([
    [null, { commit: A, serverRef: 'HEAD', name: 'main' }],
    ['main', { commit: A, serverRef: 'refs/heads/main', name: 'main' }],
    ['refs/tags/main', { commit: B, serverRef: 'refs/tags/main', name: 'refs/tags/main' }],
    ['v1', { commit: C, serverRef: 'refs/tags/v1', name: 'v1' }],
    [B, { commit: B, serverRef: null, name: B }],
    ['bad', null],
    ['nope', null],
  ])('%j', (ref, expected) => {
    expect(resolveRef(refs, ref)).toEqual(expected);
  });

  it('asks for no more refs than it needs', () => {
    expect(refPatterns(null)).toEqual(['HEAD']);
    expect(refPatterns(A)).toEqual(['HEAD']);
    expect(refPatterns('x')).toEqual([
      'HEAD',
      'refs/heads/x',
      'refs/heads/x^{}',
      'refs/tags/x',
      'refs/tags/x^{}',
    ]);
  });
});
