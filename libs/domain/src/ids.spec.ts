import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apiKeyIdOf, isApiKey } from './api-key.ts';
import { globMatches } from './glob.ts';
import { crockford, isTaskId, taskIdFrom, uuidV7 } from './ids.ts';

const random = fc.uint8Array({ minLength: 16, maxLength: 16 });
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('task ids', () => {
  it('lay out time, version and variant as RFC 9562 does', () => {
    const bytes = uuidV7(0x017f22e279b0, new Uint8Array(16).fill(0xff));
    expect(Buffer.from(bytes).toString('hex')).toBe('017f22e279b07fffbfffffffffffffff');
  });

  it('are ids, and sort by time', () => {
    fc.assert(
      fc.property(time, time, random, random, (a, b, x, y) => {
        const [one, two] = [taskIdFrom(a, x), taskIdFrom(b, y)];
        expect(isTaskId(one)).toBe(true);
        if (a !== b) expect(one < two).toBe(a < b);
      }),
    );
  });

  it('have a text order that is the order of the bytes', () => {
    fc.assert(
      fc.property(random, random, (a, b) => {
        expect(Math.sign(Buffer.compare(a, b))).toBe(
          crockford(a) < crockford(b) ? -1 : crockford(a) > crockford(b) ? 1 : 0,
        );
      }),
    );
  });

  it.each([
    'task_',
    `task_${'0'.repeat(25)}`,
    `task_${'0'.repeat(27)}`,
    `task_8${'0'.repeat(25)}`,
    `task_${'0'.repeat(25)}i`,
    `task_${'0'.repeat(25)}A`,
    `Task_${'0'.repeat(26)}`,
    `task_${'0'.repeat(26)}\n`,
    '../task',
  ])('are not %j', (text) => {
    expect(isTaskId(text)).toBe(false);
  });
});

describe('API keys', () => {
  const id = 'abcd1234';
  const secret = 'x'.repeat(32);
  it('are found by their public part', () => {
    expect(apiKeyIdOf(`dk_${id}_${secret}`)).toBe(id);
    expect(isApiKey(`dk_${'a'.repeat(32)}_${'b'.repeat(64)}`)).toBe(true);
  });

  it.each([
    '',
    `dk_${id}`,
    `dk_abc_${secret}`,
    `dk_${id}_short`,
    `sk_${id}_${secret}`,
    `dk_${id}_${'x'.repeat(65)}`,
    `dk_${id}_${secret}\n`,
    `dk_ab-d1234_${secret}`,
  ])('are not %j', (text) => {
    expect(apiKeyIdOf(text)).toBeNull();
  });
});

describe('globMatches', () => {
  it.each([
    ['drydock/*', 'drydock/toolbox:1', true],
    ['drydock/*', 'drydock/', true],
    ['drydock/*', 'evil/drydock/x', false],
    ['drydock/*', 'drydockx', false],
    ['a.b', 'axb', false],
    ['*', 'anything', true],
    ['ghcr.io/*/x:1', 'ghcr.io/a/b/x:1', true],
    ['', 'x', false],
  ])('%s on %s: %s', (glob, text, fits) => {
    expect(globMatches(glob, text)).toBe(fits);
  });
});
