import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { TaskRequest, type TaskRequestInput } from '@drydock/contracts';
import {
  AppError,
  BUILT_IN_PRICES,
  taskIdFrom,
  type ApiKeyId,
  type TaskId,
  type TeamId,
} from '@drydock/domain';
import { FakeArtifactStore } from '../testing/fake-artifact-store.ts';
import { FakeRepositoryStore } from '../testing/fake-repository-store.ts';
import { FakeTaskStore } from '../testing/fake-task-store.ts';
import { FakeWakeUps } from '../testing/fake-wake-ups.ts';
import { aRepository } from '../testing/repository-store.contract.ts';
import { SubmitTask } from './submit-task.ts';
import type { TaskRules } from './task-rules.ts';

const CALLER = { keyId: 'key' as ApiKeyId, teamId: 'team' as TeamId, scopes: [], requestsPerSecond: null };
const RULES: TaskRules = {
  allowPrivateHosts: new Set(),
  allowedImages: ['drydock/*', 'acme/ci:*'],
  allowFullNetwork: true,
  defaultModel: 'gpt-5-mini',
  hasModelUpstream: true,
  prices: BUILT_IN_PRICES,
  canDeliver: () => 'yes',
};
const GIT: TaskRequestInput = { source: { git: { url: 'https://a.org/x' } }, description: 'x' };
const ZIP = {
  path: '/spool/a.zip',
  bytes: 3,
  sha256: 'f00',
  open: () => Readable.from([Buffer.from('zip')]),
};

let tasks: FakeTaskStore;
let artifacts: FakeArtifactStore;
let wakeUps: FakeWakeUps;
let repositories: FakeRepositoryStore;
let number: number;
beforeEach(() => {
  [tasks, artifacts, wakeUps, number] = [new FakeTaskStore(), new FakeArtifactStore(), new FakeWakeUps(), 0];
  repositories = new FakeRepositoryStore();
});

const submitWith = (
  rules: Partial<TaskRules> = {},
  inspect: () => Promise<never> | Promise<object> = async () => ({}),
) => {
  const quiet = () => undefined;
  const ports = {
    tasks,
    artifacts,
    repositories,
    wakeUps,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    archives: { inspect: async () => ({ entries: 1, unpackedBytes: 1, ...(await inspect()) }) },
    telemetry: { traceparent: () => '00-trace' },
    newTaskId: (): TaskId => taskIdFrom(++number, new Uint8Array(16)),
  };
  const submit = new SubmitTask(ports, { ...RULES, ...rules });
  return (input: TaskRequestInput, archive: typeof ZIP | null = null, idempotencyKey: string | null = null) =>
    submit.run({ caller: CALLER, request: TaskRequest.parse(input), body: input, archive, idempotencyKey });
};

describe('a pull request by the credential of the installation', () => {
  const other = 'other' as TeamId;
  const wanted = { ...GIT, deliver: { pullRequest: {} } };
  const canDeliver: TaskRules['canDeliver'] = (_url, hasOwnToken) =>
    hasOwnToken ? 'yes' : { owner: 'acme', name: 'shop' };

  it('is for a team that is alone, and for the team that the repository is set up for', async () => {
    await submitWith({ canDeliver })(wanted);
    repositories = new FakeRepositoryStore(new Set([CALLER.teamId, other]));
    await repositories.create(aRepository(CALLER.teamId));
    await submitWith({ canDeliver })(wanted);
    expect(wakeUps.waiting.get('tasks')).toBe(2);
  });

  it('is refused to every other team at once, unless the task brings a token', async () => {
    repositories = new FakeRepositoryStore(new Set([CALLER.teamId, other]));
    const refused = {
      code: 'delivery_not_available',
      detail: expect.stringContaining('not for acme/shop and your team'),
      issues: [{ pointer: '/deliver/pullRequest' }],
    };
    await expect(submitWith({ canDeliver })(wanted)).rejects.toMatchObject(refused);
    await repositories.create(aRepository(other));
    await expect(submitWith({ canDeliver })(wanted)).rejects.toMatchObject(refused);
    const git = { url: 'https://a.org/x', token: 'own' };
    await submitWith({ canDeliver })({ ...wanted, source: { git } });
    await submitWith({ canDeliver })(GIT);
    expect(wakeUps.waiting.get('tasks')).toBe(2);
  });
});

describe('SubmitTask', () => {
  it('freezes the default model into the request, and the trace context', async () => {
    const { task } = await submitWith()({ ...GIT, image: 'acme/ci:7' });
    expect(task).toMatchObject({
      request: { agent: { model: 'gpt-5-mini' } },
      image: { name: 'acme/ci:7' },
      traceparent: '00-trace',
    });
  });

  it('leaves the model of harness command open', async () => {
    const { task } = await submitWith()({ ...GIT, agent: { harness: 'command', command: ['true'] } });
    expect(task.request.agent.model).toBeUndefined();
  });

  it('stores the ZIP before the task is there to be claimed', async () => {
    const submit = tasks.submit.bind(tasks);
    tasks.submit = (task, idempotency) => {
      expect(artifacts.contents.has(`tasks/${task.id}/input.zip`)).toBe(true);
      return submit(task, idempotency);
    };
    expect((await submitWith()({ description: 'x' }, ZIP)).task.zip).toEqual({ bytes: 3, sha256: 'f00' });
  });

  it('removes the ZIP of a task that was not accepted', async () => {
    tasks.submit = () => Promise.reject(new AppError('queue_full', 'The queue is full.'));
    await expect(submitWith()({ description: 'x' }, ZIP)).rejects.toMatchObject({ code: 'queue_full' });
    expect(artifacts.contents.size).toBe(0);
    expect(wakeUps.waiting.size).toBe(0);
  });

  it('stores nothing of a ZIP that the inspector refuses', async () => {
    const refuse = () => Promise.reject(new AppError('archive_bomb', 'Too much.'));
    await expect(submitWith({}, refuse)({ description: 'x' }, ZIP)).rejects.toMatchObject({
      code: 'archive_bomb',
    });
    expect(artifacts.contents.size).toBe(0);
  });

  it('answers a repeated key with the earlier task, without a second wake-up or input', async () => {
    const submit = submitWith();
    const first = await submit({ description: 'x' }, ZIP, 'k');
    const again = await submit({ description: 'x' }, ZIP, 'k');
    expect(again).toMatchObject({ replayed: true, task: { id: first.task.id } });
    expect([artifacts.contents.size, wakeUps.waiting.get('tasks')]).toEqual([1, 1]);
  });

  it.each<[string, Partial<TaskRules>, Partial<TaskRequestInput>, string]>([
    ['no upstream', { hasModelUpstream: false }, {}, 'model_unavailable'],
    ['no model', { defaultModel: null }, {}, 'model_unavailable'],
    [
      'full network',
      { allowFullNetwork: false },
      { network: { verify: { mode: 'full' } } },
      'network_mode_not_allowed',
    ],
    ['the default image', { allowedImages: ['acme/*'] }, {}, 'image_not_allowed'],
    ['an unknown price', { prices: [] }, { limits: { maxCostUsd: 1 } }, 'model_price_unknown'],
  ])('refuses %s', async (_name, rules, more, code) => {
    await expect(submitWith(rules)({ ...GIT, ...more })).rejects.toMatchObject({ code });
  });

  it('takes an unknown price when no cost limit is set, and a model that only the request names', async () => {
    await expect(
      submitWith({ prices: [], defaultModel: null })({ ...GIT, agent: { model: 'mine' } }),
    ).resolves.toBeDefined();
  });
});
