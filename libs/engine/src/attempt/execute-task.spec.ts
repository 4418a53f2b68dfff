import { describe, expect, it } from '@jest/globals';
import { AppError, AttemptAborted, type RepositoryId } from '@drydock/domain';
import type { TaskRequestInput } from '@drydock/contracts';
import type { HeldAttempt } from '../session/held-attempt.ts';
import type { FakeAttemptStore } from '../testing/fake-attempt-store.ts';
import type { FakePlay } from '../testing/fake-runner.ts';
import { CHANGED, loops, untilAborted, workerInMemory as worker } from '../testing/worker-in-memory.ts';

const typesOf = (events: FakeAttemptStore['events']): string[] => events.map((event) => event.type);

describe('an attempt', () => {
  it('walks from checkout to a proven patch and leaves nothing behind', async () => {
    const it = worker();
    await it.run();
    expect(it.attempts.end).toMatchObject({
      outcome: 'changed',
      error: null,
      resultTree: CHANGED.resultTree,
      diffstat: { files: 1 },
    });
    expect(it.attempts.phases).toEqual(['checkout', 'agent', 'collect']);
    expect(it.artifacts.contents.get('tasks/task_1/attempts/1/diff.patch')?.toString()).toBe('patch');
    expect(it.attempts.end?.artifacts.map(({ name }) => name).sort()).toEqual([
      'agent.log',
      'diff.patch',
      'result.json',
    ]);
    expect({
      sandboxes: it.sandboxes.left,
      workspaces: it.workspaces.left,
      endpoints: it.gateway.left,
    }).toEqual({ sandboxes: [], workspaces: [], endpoints: [] });
  });

  it('creates the container of the agent while the checkout still runs', async () => {
    const it = worker();
    let open = (): void => undefined;
    it.sources.gate = new Promise((resolve) => (open = resolve));
    const running = it.run();
    await new Promise((resolve) => setImmediate(resolve));
    expect(it.sandboxes.created.map((plan) => plan.phase)).toEqual(['agent']);
    open();
    await running;
    expect(it.sandboxes.created.map((plan) => plan.phase)).toEqual(['agent', 'collect']);
  });

  it('makes the container anew when the repository asks for another image', async () => {
    const it = worker();
    it.sources.facts = { ...it.sources.facts, configText: 'image: drydock/other:2' };
    await it.run();
    expect(it.sandboxes.started[0]?.plan.image).toBe('drydock/other:2');
    expect(it.attempts.end?.outcome).toBe('changed');
  });

  it('is configured by its base, and by the default branch alone when somebody at a code host asked for it', async () => {
    const origin = {
      ...{ repositoryId: 'repo_1' as RepositoryId, number: 7, isPullRequest: true },
      ...{ sender: 'octocat', trigger: 'comment', commentId: 1 },
    };
    for (const [change, configFrom] of [
      [{}, 'base'],
      [{ origin }, 'default_branch'],
    ] as const) {
      const it = worker({}, {}, change);
      await it.run();
      expect(it.sources.gitRequests).toMatchObject([{ configFrom }]);
    }
  });

  it('says no_changes only when the trees are equal', async () => {
    const it = worker(
      { verify: ['npm test'] },
      {
        collect: () =>
          Promise.resolve({ collect: { ...CHANGED, resultTree: CHANGED.baseTree, patchBytes: 0 } }),
      },
    );
    await it.run();
    expect(it.attempts.end?.outcome).toBe('no_changes');
    expect(it.attempts.phases).not.toContain('verify');
  });

  it('lets the platform verify base + patch, with setup again before it', async () => {
    const it = worker({ setup: ['npm ci'], verify: ['npm test', 'npm run lint'] });
    await it.run();
    expect(it.attempts.phases).toEqual(['checkout', 'setup', 'agent', 'collect', 'verify']);
    expect(it.sandboxes.started.map(({ plan }) => plan.phase)).toEqual([
      'setup',
      'agent',
      'collect',
      'verify',
      'verify',
    ]);
    expect(it.attempts.end).toMatchObject({
      outcome: 'changed',
      verify: [
        { command: 'npm test', exitCode: 0 },
        { command: 'npm run lint', exitCode: 0 },
      ],
    });
    expect(it.sources.prepared).toHaveLength(1);
  });

  it('never reads a missing exit code as good', async () => {
    const it = worker({ verify: ['npm test'] }, { verify: () => Promise.resolve(undefined) });
    await it.run();
    expect(it.attempts.end).toMatchObject({ outcome: 'verification_failed', resultTree: CHANGED.resultTree });
  });

  it('refuses a patch file of another length than the one that was proven', async () => {
    const it = worker({}, { collect: () => Promise.resolve({ collect: { ...CHANGED, patchBytes: 6 } }) });
    await it.run();
    expect(it.attempts.end).toMatchObject({ outcome: 'patch_rejected', artifacts: [] });
  });

  it.each([
    ['a timeout', { limits: { timeoutSeconds: 1 } }, loops, 'timeout'],
    [
      'a failed agent',
      {},
      () => Promise.resolve({ ok: false, code: 'harness_failed', exitCode: 3 }),
      'agent_failed',
    ],
    ['a stuck agent', {}, () => Promise.resolve({ ok: false, code: 'stuck' }), 'agent_stuck'],
  ] satisfies [string, Partial<TaskRequestInput>, FakePlay, string][])(
    'keeps the partial work of %s',
    async (_name, request, agent, outcome) => {
      const it = worker(request, { agent });
      await it.run();
      expect(it.attempts.end).toMatchObject({ outcome, resultTree: CHANGED.resultTree });
      expect(it.attempts.end?.artifacts.map(({ name }) => name)).toContain('diff.patch');
      expect(it.sandboxes.left).toEqual([]);
    },
  );

  it.each([
    [
      'keeps the partial work of a cancel',
      'cancel',
      { outcome: 'cancelled', resultTree: CHANGED.resultTree },
    ],
    ['hands a drained attempt back without collecting', 'drain', { outcome: 'handed_back', artifacts: [] }],
  ] as const)('%s', async (_name, kind, end) => {
    const it = worker({}, { agent: loops });
    const held: HeldAttempt[] = [];
    const adopt = it.session.adopt.bind(it.session);
    it.session.adopt = (fence) => {
      const adopted = adopt(fence);
      held.push(adopted);
      return adopted;
    };
    const running = it.run();
    while (it.sandboxes.started.length === 0) await new Promise((resolve) => setImmediate(resolve));
    held[0]?.stop(new AttemptAborted(kind));
    await running;
    expect(it.attempts.end).toMatchObject(end);
    expect(it.attempts.phases.includes('collect')).toBe(kind === 'cancel');
  });

  it('ends with the outcome of a failed checkout and creates no second container', async () => {
    const it = worker();
    it.sources.checkoutError = new AppError('source_auth_failed', 'The source refused the credentials.');
    await it.run();
    expect(it.attempts.end).toMatchObject({
      outcome: 'checkout_failed',
      error: { code: 'source_auth_failed' },
    });
    expect(it.sandboxes.started).toEqual([]);
    expect(it.sandboxes.left).toEqual([]);
  });

  it('writes nothing after its lease was lost, and still cleans up', async () => {
    const it = worker(
      {},
      {
        agent: async ({ say, cancelled, process }) => {
          it.attempts.takeBack();
          say({ type: 'agent_message', text: 'hello' });
          return Promise.race([untilAborted(cancelled), untilAborted(process.killed)]);
        },
      },
    );
    await it.run();
    expect(it.attempts.end).toBeNull();
    expect(typesOf(it.attempts.events)).not.toContain('agent.message');
    expect({ sandboxes: it.sandboxes.left, workspaces: it.workspaces.left }).toEqual({
      sandboxes: [],
      workspaces: [],
    });
  });

  it('calls a budget refusal by its name', async () => {
    const it = worker(
      {},
      {
        agent: () => {
          const [endpoint] = it.gateway.endpoints;
          if (endpoint) endpoint.lastRefusal = new AppError('cost_limit_reached', 'too dear');
          return Promise.resolve({ ok: false, code: 'model_failed' });
        },
      },
    );
    await it.run();
    expect(it.attempts.end).toMatchObject({
      outcome: 'budget_exceeded',
      error: { code: 'cost_limit_reached' },
    });
  });

  it('masks the secrets of the worker and of the task everywhere', async () => {
    const agent: FakePlay = ({ say }) => {
      say({ type: 'log', stream: 'stdout', text: 'key sk-provi' });
      say({ type: 'log', stream: 'stdout', text: 'der-key token the-source-token\n' });
      say({ type: 'trajectory', entry: { content: 'sk-provider-key' } });
      return Promise.resolve(undefined);
    };
    const it = worker({}, { agent });
    await it.run();
    const stored =
      [...it.artifacts.contents.values()].map(String).join('\n') + JSON.stringify(it.attempts.events);
    expect(stored).toContain('[redacted]');
    expect(stored).not.toMatch(/sk-provider-key|the-source-token|sk-provi/);
  });

  it('ends as infrastructure when the workspace cannot be made', async () => {
    const it = worker();
    it.workspaces.open = () => Promise.reject(new Error('ENOSPC'));
    await it.run();
    expect(it.attempts.end).toMatchObject({ outcome: 'infrastructure', error: { code: 'internal' } });
  });

  it('ends as infrastructure, not as lost, when its history cannot be written', async () => {
    const it = worker({}, { agent: loops });
    it.attempts.appendEvents = () => Promise.reject(new AppError('internal', 'The store refused an event.'));
    await it.run();
    expect(it.attempts.end).toMatchObject({ outcome: 'infrastructure', error: { code: 'internal' } });
    expect({ sandboxes: it.sandboxes.left, workspaces: it.workspaces.left }).toEqual({
      sandboxes: [],
      workspaces: [],
    });
  });

  it('takes a claim that fails for none', async () => {
    const it = worker();
    it.attempts.claimNext = () => Promise.reject(new AppError('service_unavailable', 'PostgreSQL is away.'));
    expect(await it.run()).toBe(false);
  });

  it('ends as infrastructure when the engine fails', async () => {
    const it = worker();
    it.sandboxes.failNext('start', new AppError('engine_unreachable', 'Docker does not answer.'));
    await it.run();
    expect(it.attempts.end).toMatchObject({
      outcome: 'infrastructure',
      error: { code: 'engine_unreachable' },
    });
  });
});
