import { describe, expect, it } from '@jest/globals';
import { NO_USAGE, type TaskId } from '@drydock/domain';
import fc from 'fast-check';
import { firstAct, hostileText } from '../../testing/hostile-text.ts';
import { commitMessage } from './commit-message.ts';
import { pullRequestBody, type BodyParts } from './pull-request-body.ts';
import { pullRequestTitle } from './pull-request-title.ts';

const TASK = 'task_01k9xyzxyzxyzxyzxyzxyzxyzx' as TaskId;

const parts = (more: Partial<BodyParts> = {}): BodyParts => ({
  taskId: TASK,
  taskUrl: 'https://drydock.example.org/tasks/task_1',
  summary: 'Totals are rounded once, at the end.',
  description: 'Fix the rounding bug',
  diffstat: { files: 1, insertions: 3, deletions: 1 },
  verify: [{ command: 'npm test', exitCode: 0, seconds: 2.14 }],
  usage: {
    ...NO_USAGE,
    modelCalls: 4,
    inputTokens: 12_345,
    outputTokens: 67,
    costUsd: 0.0123,
    agentSeconds: 12.3,
  },
  closes: 12,
  behind: { commits: 3, branch: 'main' },
  ...more,
});

describe('the title', () => {
  const titleOf = (asked: string | null, description = ''): string =>
    pullRequestTitle(TASK, asked, description);

  it('is the one asked for, else the first line of the description that says something', () => {
    expect(titleOf('Round once', 'x')).toBe('Round once');
    expect(titleOf(null, '\n \r\n## Fix the   rounding bug\nIt is off by one.')).toBe('Fix the rounding bug');
    expect(titleOf(null, '- Fix it')).toBe('Fix it');
    expect(titleOf(null, '\u0007\n')).toBe(`Changes of ${TASK}`);
  });

  it('is one line of at most 256 characters that mentions nobody, whatever an issue says', () => {
    fc.assert(
      fc.property(hostileText, (description) => {
        const title = titleOf(null, description);
        const isFit = title.length > 0 && title.length <= 256 && !/\p{Cc}/u.test(title);
        return isFit && firstAct(title) === undefined;
      }),
    );
    expect(titleOf(null, 'x'.repeat(60_000))).toHaveLength(256);
    expect(titleOf(null, '$(rm -rf /) `id`; "x"')).toBe('$(rm -rf /) `id`; "x"');
  });
});

describe('the commit message', () => {
  it('has a short subject and trailers', () => {
    expect(commitMessage(TASK, 'Round once', undefined)).toBe(`Round once\n\nDrydock-Task: ${TASK}\n`);
    const coAuthor = { name: 'Mona <Lisa>\nX: y', email: 'mona@example.org> x' };
    expect(commitMessage(TASK, 'x'.repeat(100), coAuthor)).toBe(
      `${'x'.repeat(71)}…\n\nDrydock-Task: ${TASK}\nCo-authored-by: Mona Lisa X: y <mona@example.orgx>\n`,
    );
  });
});

describe('the body', () => {
  it('says what was done, how it was verified, what it cost, and where it comes from', () => {
    expect(pullRequestBody(parts())).toBe(
      [
        '> Totals are rounded once, at the end.',
        'Verified in a fresh container, on the base with this change:',
        '- ✅ `npm test`: exit code 0, 2.1 s',
        '4 model calls, 12,345 input tokens, 67 output tokens, $0.0123, 12 s of agent time.',
        'This branch is 3 commits behind `main`: it starts from the commit that the task was given.',
        `Made by Drydock in [${TASK}](https://drydock.example.org/tasks/task_1): 1 file, +3 −1.`,
        'Closes #12',
      ].join('\n\n'),
    );
  });

  it('leaves out what there is not, and quotes the description of an agent that said nothing', () => {
    const none = { taskUrl: null, summary: null, diffstat: null, verify: [], closes: null };
    const body = pullRequestBody(
      parts({
        ...none,
        usage: { ...NO_USAGE, modelCalls: 1, costUsd: null },
        behind: { commits: 0, branch: 'main' },
      }),
    );
    expect(body).toBe(
      [
        '> Fix the rounding bug',
        'Nothing was verified: the task has no verify commands.',
        '1 model call, 0 input tokens, 0 output tokens, price unknown, 0 s of agent time.',
        `Made by Drydock in \`${TASK}\`.`,
      ].join('\n\n'),
    );
  });

  it('shows a failed command as failed', () => {
    const verify = [
      { command: 'npm test', exitCode: 1, seconds: 1 },
      { command: 'a`b\nc', exitCode: null, seconds: 60 },
    ];
    expect(pullRequestBody(parts({ verify }))).toContain(
      "- ❌ `npm test`: exit code 1, 1.0 s\n- ❌ `a'b c`: did not end, 60.0 s",
    );
  });

  it('closes and mentions nothing but what is asked of it, whatever agents and issues say', () => {
    const words = fc.record({ summary: hostileText, description: hostileText, command: hostileText });
    fc.assert(
      fc.property(words, ({ summary, description, command }) => {
        const verify = [{ command, exitCode: 0, seconds: 1 }];
        const body = pullRequestBody(parts({ summary, description, verify, taskUrl: null }));
        const lines = body.split('\n');
        expect([lines.pop(), firstAct(lines.join('\n'))]).toEqual(['Closes #12', undefined]);
        expect(
          lines
            .slice(
              0,
              lines.findIndex((line) => line.startsWith('Verified')),
            )
            .join(''),
        ).toMatch(/^(?:>.*)*$/);
      }),
    );
  });

  it('stays within what GitHub takes', () => {
    const command = { command: 'x'.repeat(60_000), exitCode: 0, seconds: 1 };
    const body = pullRequestBody(
      parts({ summary: '@'.repeat(100_000), verify: Array.from({ length: 60 }, () => command) }),
    );
    expect(body.length).toBeLessThanOrEqual(60_000);
    expect(body).toContain('- and 10 more commands');
    expect(body.endsWith('Closes #12')).toBe(true);
  });
});
