import { describe, expect, it } from '@jest/globals';
import { isFailedOutcome, NO_USAGE, OUTCOMES, PHASES, type DeliveryId, type TeamId } from '@drydock/domain';
import fc from 'fast-check';
import { commandOf } from '../inbound/command.ts';
import { OWN_MARK } from '../inbound/read-event.ts';
import { queuedTask } from '../ports/queued-task.ts';
import type { DeliveryRecord, TaskRecord } from '../ports/task-record.ts';
import { firstAct, hostileText } from '../testing/hostile-text.ts';
import { aNewTask } from '../testing/stores-under-test.ts';
import { isOver, stickyComment, stickyMark } from './sticky-comment.ts';

const FAILED_OUTCOMES = OUTCOMES.filter(isFailedOutcome);
const AT = new Date(0);
const URL = 'https://drydock.example.org/tasks/task_1';
const queued = queuedTask(aNewTask('team' as TeamId), AT);
const attempt = { number: 1, workerId: 'w', startedAt: AT, finishedAt: null, outcome: null };
const task = (more: Partial<TaskRecord> = {}): TaskRecord => ({ ...queued, ...more });
const delivery = (more: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  ...{ id: 'dlv_1' as DeliveryId, kind: 'pull_request', state: 'succeeded', error: null },
  url: 'https://github.com/acme/shop/pull/8',
  ...more,
});
const changed = (more: Partial<TaskRecord> = {}): TaskRecord =>
  task({
    ...{ status: 'succeeded', outcome: 'changed', attempts: [attempt], deliveries: [delivery()] },
    diffstat: { files: 2, insertions: 3, deletions: 1 },
    verify: [{ command: 'npm test', exitCode: 0, seconds: 2.14 }],
    usage: { ...NO_USAGE, modelCalls: 4, inputTokens: 12_345, costUsd: 0.0123 },
    ...more,
  });
const FOOTER = `[Task ${queued.id}](${URL}) · \`/drydock help\` lists the commands.`;

describe('the comment about a task', () => {
  it('says that it waits, and links to the task', () => {
    expect(stickyComment(task(), URL)).toBe(
      `⏳ **Queued**: work begins as soon as a worker is free.\n\n${FOOTER}`,
    );
    expect(stickyComment(task(), null)).toContain(`Task \`${queued.id}\` ·`);
  });

  it('says in which phase it is, another text for each', () => {
    const said = PHASES.map((phase) =>
      stickyComment(task({ status: 'running', phase, attempts: [attempt] }), URL),
    );
    expect(new Set(said).size).toBe(PHASES.length);
    expect(said[2]).toContain('🔧 **Running**: the agent is at work.');
    const again = task({ status: 'running', phase: null, attempts: [attempt, { ...attempt, number: 2 }] });
    expect(stickyComment(again, URL)).toContain('about to begin. This is attempt 2.');
    expect(stickyComment(task({ attempts: [attempt] }), URL)).toContain('Queued again');
    expect(stickyComment(task({ status: 'running', cancelRequested: true }), URL)).toContain('Stopping');
  });

  it('changes with nothing but what people would want to know while it runs', () => {
    const at = (modelCalls: number) =>
      task({ status: 'running', phase: 'agent', usage: { ...NO_USAGE, modelCalls } });
    expect(stickyComment(at(1), URL)).toBe(stickyComment(at(2), URL));
  });

  it('ends with the change, the pull request, the verdict and the usage', () => {
    expect(stickyComment(changed(), URL)).toBe(
      [
        '✅ **Done**: 2 files changed, +3 −1.',
        'Pull request: https://github.com/acme/shop/pull/8',
        'Verified in a fresh container, on the base with this change:',
        '- ✅ `npm test`: exit code 0, 2.1 s',
        '4 model calls, 12,345 input tokens, 0 output tokens, $0.0123, 0 s of agent time.',
        FOOTER,
      ].join('\n\n'),
    );
  });

  it.each(FAILED_OUTCOMES)('says of %s what happened, what to do, and the message', (outcome) => {
    const error = { code: 'internal', message: 'exit code 3\nin line two' } as const;
    const said = stickyComment(task({ status: 'failed', outcome, error }), URL);
    expect(said).toMatch(/^❌ \*\*Failed\*\*: [^\n]+\. [A-Z][^\n]+\./);
    expect(said).toContain('\n> exit code 3\n> in line two\n');
  });

  it('says what stands in the way of a pull request, and how to go on', () => {
    const error = { code: 'delivery_edits_workflows', message: 'It changes workflows.' } as const;
    const held = stickyComment(changed({ deliveries: [delivery({ state: 'held', error })] }), URL);
    expect(held).toContain(
      'The pull request is held back:\n\n> It changes workflows.\n\nThen ask for it again',
    );
    expect(held).toContain('POST /v1/deliveries/dlv_1/retry');
    const waiting = changed({ deliveries: [delivery({ state: 'pending', url: null })] });
    expect(stickyComment(waiting, URL)).toContain('The pull request is on its way.');
    expect(stickyComment(task({ status: 'cancelled', outcome: 'cancelled' }), URL)).toContain('Cancelled');
  });

  it('speaks of one more commit where the task adds to a pull request', () => {
    const adding = (one: Partial<DeliveryRecord>) =>
      stickyComment(changed({ parentId: queued.id, deliveries: [delivery(one)] }), URL);
    expect(adding({})).toContain('Pull request: https://github.com/acme/shop/pull/8 has one more commit.');
    expect(adding({ state: 'pending', url: null })).toContain('The commit is on its way.');
    const error = { code: 'forge_branch_moved', message: 'Comment /drydock again.' } as const;
    const moved = adding({ state: 'failed', url: null, error });
    expect(moved).toContain('The commit was not added:\n\n> Comment /drydock again.');
    expect(moved).not.toContain('/retry`');
  });

  it('does not say twice that there was nothing to change', () => {
    const error = { code: 'forge_nothing_to_deliver', message: 'Nothing changed.' } as const;
    const deliveries = [delivery({ state: 'failed', error, url: null })];
    const said = stickyComment(task({ status: 'succeeded', outcome: 'no_changes', deliveries }), URL);
    expect(said).toContain('there was nothing to change');
    expect(said).not.toContain('There is no pull request');
  });
});

describe('text by others in the comment', () => {
  const words = fc.record({
    message: hostileText,
    command: hostileText,
    url: fc.oneof(hostileText, fc.webUrl({ withFragments: true, withQueryParameters: true })),
    outcome: fc.constantFrom(...FAILED_OUTCOMES, 'changed' as const),
    state: fc.constantFrom('succeeded', 'failed', 'held', 'pending'),
  });

  it('causes nothing, looks like no command, and holds no mark of ours', () => {
    fc.assert(
      fc.property(words, ({ message, command, url, outcome, state }) => {
        const error = { code: 'forge_refused', message } as const;
        const verify = [{ command, exitCode: 1, seconds: 1 }];
        const status = outcome === 'changed' ? 'succeeded' : 'failed';
        const deliveries = [delivery({ state, error, url })];
        const said = stickyComment(changed({ status, outcome, error, verify, deliveries }), null);
        const ours = said
          .split('\n')
          .filter((line) => !line.startsWith('Pull request: '))
          .join('\n');
        expect([firstAct(ours), commandOf(said), said.includes(OWN_MARK)]).toEqual([undefined, null, false]);
        expect(said.isWellFormed()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('stays within what GitHub takes, with the end that leads on', () => {
    const message = '@'.repeat(100_000);
    const verify = Array.from({ length: 60 }, () => ({ command: message, exitCode: 1, seconds: 1 }));
    const error = { code: 'forge_refused', message } as const;
    const deliveries = [delivery({ state: 'failed', error, url: null })];
    const one = changed({ status: 'failed', outcome: 'verification_failed', error, verify, deliveries });
    const said = stickyComment(one, URL);
    expect(said.length + stickyMark(one.id).length).toBeLessThanOrEqual(60_200);
    expect(said.endsWith(FOOTER)).toBe(true);
  });

  it('puts no link where the address could be more than one', () => {
    const url = 'https://github.com/a/b/pull/1) @octocat [x](javascript:alert(1)';
    expect(stickyComment(changed({ deliveries: [delivery({ url })] }), null)).not.toContain('octocat');
  });
});

describe('the end of a task', () => {
  it('is there when its deliveries have ended too', () => {
    expect(isOver(task({ status: 'running' }))).toBe(false);
    expect(isOver(changed({ deliveries: [delivery({ state: 'pending' })] }))).toBe(false);
    expect(isOver(changed())).toBe(true);
    expect(isOver(task({ status: 'failed', outcome: 'timeout' }))).toBe(true);
  });
});
