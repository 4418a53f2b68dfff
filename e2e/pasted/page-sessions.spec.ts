import { describe, expect, it } from '@jest/globals';
import { sessionsOf, whereTheyPart } from './page-sessions.ts';

describe('sessionsOf', () => {
  it('gives the commands of a page in their order, each with what is shown of it', () => {
    const page = 'x\n```sh\na\nb\n```\n\nmore\n\n```text\nshown\n```\n```sh\nc\n```\n';
    expect(sessionsOf(page)).toEqual([
      { commands: 'a\nb\n', shown: 'shown\n' },
      { commands: 'c\n', shown: null },
    ]);
  });

  it('refuses a block that nobody would run or see', () => {
    expect(() => sessionsOf('```text\nshown\n```\n')).toThrow('belongs to no commands');
    expect(() => sessionsOf('```bash\na\n```\n')).toThrow('belongs to no commands');
  });
});

describe('whereTheyPart', () => {
  it.each([
    ['the same', 'a\nb', 'a\nb\n'],
    ['a part of a line', 'attempt 1 on …', 'attempt 1 on worker-7'],
    ['any lines at the beginning, between and at the end', '…\nb\n…\nd\n…', 'a\nb\nc\nd\ne'],
    ['no line in place of any', 'a\n…\nb', 'a\nb'],
    ['another id and time', 'task_01kan4bxk7f2c9m0r8s3v5w6yz  6s', 'task_01j00000000000000000000000  12s'],
    ['seconds with a fraction', '== agent: 1.2 s', '== agent: 10.0 s'],
  ])('takes %s', (_what, shown, came) => {
    expect(whereTheyPart(shown, came)).toBeNull();
  });

  it.each([
    ['another line', 'a\nb', 'a\nc', 'shown: b\ncame:  c'],
    ['a line that did not come', 'a\nb', 'a', 'shown: b\ncame:  nothing'],
    ['a line that is not shown', 'a', 'a\nb', 'not shown: b'],
    ['a line that never comes', '…\nx', 'a\nb', 'shown: x\ncame:  a'],
    ['more on a line', 'a', 'a b', 'shown: a\ncame:  a b'],
    ['an exit code, which is no time', 'exit 0', 'exit 1', 'shown: exit 0\ncame:  exit 1'],
  ])('notices %s', (_what, shown, came, part) => {
    expect(whereTheyPart(shown, came)).toBe(part);
  });
});
