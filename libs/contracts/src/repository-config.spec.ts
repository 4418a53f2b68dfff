import { describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import fc from 'fast-check';
import { parseRepositoryConfig } from './repository-config.ts';

const WHOLE = `
image: drydock/toolbox:1   # a comment
setup: [npm ci]
verify:
  - npm test
  - |
    npm run lint
    npm run build
network: { setup: { mode: allowlist, allow: [packages.example.com, '*.example.org:443'] } }
limits: { timeoutSeconds: 600, cpus: 0.5 }
agent:
  instructions: Keep to the style of the file.
`;

const refusal = (text: string): AppError => {
  try {
    parseRepositoryConfig(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was accepted');
};

describe('parseRepositoryConfig', () => {
  it('reads every setting', () => {
    expect(parseRepositoryConfig(WHOLE)).toEqual({
      image: 'drydock/toolbox:1',
      setup: ['npm ci'],
      verify: ['npm test', 'npm run lint\nnpm run build\n'],
      network: { setup: { mode: 'allowlist', allow: ['packages.example.com', '*.example.org:443'] } },
      limits: { timeoutSeconds: 600, cpus: 0.5 },
      agent: { instructions: 'Keep to the style of the file.' },
    });
  });

  it.each(['', '\n', '# nothing yet\n', '---\n', '{}'])('takes %j for no settings', (text) => {
    expect(parseRepositoryConfig(text)).toEqual({});
  });

  it('fills in nothing that the file does not say', () => {
    expect(parseRepositoryConfig('network: { agent: { mode: none } }')).toEqual({
      network: { agent: { mode: 'none' } },
    });
  });

  it.each([
    ['an unknown field', 'verify: [a]\nverfy: [b]\n', 2, 'unknown field verfy', '/verfy'],
    [
      'a field of the request only',
      'image: x\n\nmaxAttempts: 3',
      3,
      'unknown field maxAttempts',
      '/maxAttempts',
    ],
    ['a wrong type', 'setup:\n  - npm ci\n  - 3\n', 3, 'setup.1: ', '/setup/1'],
    ['a command for a list', 'verify: npm test', 1, 'verify: ', '/verify'],
    [
      'a limit out of range',
      'limits:\n  timeoutSeconds: 0\n',
      2,
      'limits.timeoutSeconds: ',
      '/limits/timeoutSeconds',
    ],
    ['a token', 'agent:\n  token: x\n', 2, 'unknown field agent.token', '/agent/token'],
    [
      'a bad host',
      'network:\n  agent:\n    mode: allowlist\n    allow:\n      - "http://x"\n',
      5,
      'must be host',
      '/network/agent/allow/0',
    ],
    ['a YAML fault', 'setup: [npm ci\nverify: x\n', 2, 'not valid YAML', ''],
    ['a tab', 'setup:\n\t- x\n', 2, 'not valid YAML', ''],
    ['a field twice', 'image: a\nimage: b\n', 2, 'not valid YAML', ''],
    ['a list', '- npm test\n', 1, 'must be a mapping', ''],
    ['a text', 'npm test', 1, 'must be a mapping', ''],
  ])('refuses %s with its line and what to do', (_what, text, line, detail, pointer) => {
    const error = refusal(text);
    expect(error.code).toBe('config_invalid');
    expect(error.outcome).toBe('checkout_failed');
    expect(error.detail).toContain(`.drydock.yml, line ${String(line)}: `);
    expect(error.detail).toContain(detail);
    expect(error.detail).toContain('Correct it in the repository');
    expect(error.issues[0]?.pointer).toBe(pointer);
  });

  it.each([
    ['one alias', 'setup: &a [x]\nverify: *a\n'],
    [
      'a billion laughs',
      `a: &a [x,x]\n${'bcdefgh'
        .split('')
        .map((n, i) => `${n}: &${n} [*${'abcdefg'[i] ?? ''},*${'abcdefg'[i] ?? ''}]`)
        .join('\n')}`,
    ],
  ])('refuses %s', (_what, text) => {
    expect(refusal(text).detail).toContain('aliases are not supported');
  });

  it.each(['!!js/function "x"', 'image: !!binary aGk=', 'image: !custom x', '%YAML 9.9\n---\nimage: x'])(
    'refuses the tag or directive in %j',
    (text) => {
      expect(refusal(text).code).toBe('config_invalid');
    },
  );

  it('does not take keys for a prototype', () => {
    expect(refusal('__proto__: { image: x }\n').code).toBe('config_invalid');
    expect(({} as Record<string, unknown>).image).toBeUndefined();
  });

  it('bounds the file at 64 KiB, in bytes', () => {
    const pad = (bytes: number) => `image: x\n#${'ü'.repeat((bytes - 10) / 2)}`;
    expect(parseRepositoryConfig(pad(65_536))).toEqual({ image: 'x' });
    expect(refusal(pad(65_538)).detail).toContain('larger than 64 KiB');
  });

  it('names at most 20 faults', () => {
    const text = `setup: [${Array.from({ length: 40 }, () => '1').join(', ')}]`;
    expect(refusal(text).issues).toHaveLength(20);
    expect(refusal(text).detail).toContain('(and 19 more)');
  });

  it('throws nothing but config_invalid, whatever the text', () => {
    const fragment = fc.constantFrom(
      'setup',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '|',
      '"',
      '#',
      '!',
      '? ',
      '<<',
      '\t',
      '0x1',
      '~',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fragment, { maxLength: 30 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (yaml) => {
        try {
          parseRepositoryConfig(yaml);
        } catch (error) {
          expect(error).toMatchObject({ code: 'config_invalid' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
