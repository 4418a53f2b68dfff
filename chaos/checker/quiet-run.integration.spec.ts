import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Docker from 'dockerode';
import { startSystem, type System } from '../../e2e/system/start-system.ts';
import { bashTask, publishScript } from '../../e2e/system/tasks.ts';
import { query } from '../../e2e/system/teams.ts';
import { zipOf } from '../../e2e/system/zip-bytes.ts';
import { check } from './check.ts';
import { leftoversWithin } from './collect/leftovers.ts';
import { readDatabase } from './collect/read-database.ts';
import { readFiles } from './collect/read-files.ts';
import { SUBMISSION_LABEL, type Accepted, type Evidence, type Submission } from './evidence.ts';
import { reportOf, reportText } from './report.ts';

const PATCH = { pattern: '\\n\\+two\\n' };

let system: System;
const submissions: Submission[] = [];
const accepted: Accepted[] = [];
let evidence: Evidence;

interface Wish extends Pick<Submission, 'id' | 'key' | 'expected' | 'expectPatch'> {
  readonly task: Record<string, unknown>;
}

const send = async ({ task, ...wish }: Wish, post: (body: unknown) => Promise<Response>): Promise<string> => {
  const [team] = await query(system, 'SELECT "id" FROM "Team"');
  const sent = { kind: wish.id, teamId: String(team?.['id']), firstSentAt: Date.now(), delivers: false };
  if (!submissions.some(({ id }) => id === wish.id)) submissions.push({ ...wish, ...sent });
  const response = await post({ ...task, labels: { [SUBMISSION_LABEL]: wish.id } });
  const { id } = (await response.json()) as { id: string };
  accepted.push({ submissionId: wish.id, taskId: id, answeredAt: Date.now() });
  return id;
};

const sendJson = (wish: Wish): Promise<string> =>
  send(wish, (body) => {
    const key = wish.key === null ? {} : { 'idempotency-key': wish.key };
    return system.client.post('/v1/tasks', body, key);
  });

const sendZip = (wish: Wish): Promise<string> =>
  send(wish, async (body) => {
    const form = new FormData();
    form.set('task', JSON.stringify(body));
    form.set('archive', new Blob([new Uint8Array(await zipOf({ 'a.txt': 'one\n' }))]), 'input.zip');
    return system.client.request('/v1/tasks', { method: 'POST', body: form });
  });

const runTasks = async (): Promise<void> => {
  const url = await publishScript(system, 'small', 'echo one > a.txt');
  const script = (text: string, more = {}) => bashTask(url, text, more);
  const plain = { key: null, expectPatch: null };
  const verified: Wish = {
    id: 'verified',
    key: 'k1',
    expected: ['changed'],
    expectPatch: PATCH,
    task: script('echo two > a.txt', { verify: ['grep -q two a.txt'] }),
  };
  const ids = [
    await sendJson(verified),
    await sendJson(verified),
    await sendJson({ ...plain, id: 'nothing', expected: ['no_changes'], task: script('true') }),
    await sendJson({ ...plain, id: 'fails', expected: ['agent_failed'], task: script('exit 3') }),
    await sendZip({
      ...plain,
      id: 'zip',
      expected: ['changed'],
      expectPatch: PATCH,
      task: { description: 'x', agent: { harness: 'command', command: ['sh', '-c', 'echo two > a.txt'] } },
    }),
  ];
  const slow = await sendJson({ ...plain, id: 'cancel', expected: ['cancelled'], task: script('sleep 60') });
  await system.client.until(slow, ({ phase }) => phase === 'agent');
  await system.client.post(`/v1/tasks/${slow}/cancel`, {});
  for (const id of [...ids, slow]) await system.client.wait(id);
};

const gather = async (leftovers: Evidence['leftovers']): Promise<Evidence> => ({
  submissions,
  accepted,
  triggered: [],
  faults: [],
  database: await readDatabase(system.databaseUrl),
  files: await readFiles(join(system.dataDirectory, 'artifacts')),
  codeHost: { branches: [], pulls: [], threads: [] },
  leftovers,
});

beforeAll(async () => {
  system = await startSystem();
  await runTasks();
  const { databaseUrl, dataDirectory, api, workers } = system;
  const pids = () => [api, ...workers].map(({ pid }) => pid);
  const leftovers = await leftoversWithin({ engine: new Docker(), databaseUrl, dataDirectory, pids }, 60_000);
  await Promise.all(workers.map((worker) => worker.stop()));
  evidence = await gather(leftovers);
});

afterAll(async () => {
  await system.stop();
});

describe('a run without any fault', () => {
  it('has no violation', () => {
    expect(check(evidence)).toEqual([]);
  });

  it('is reported in numbers', () => {
    const report = reportOf(evidence, []);
    expect(report).toMatchObject({
      submissions: 5,
      accepted: 5,
      tasks: 5,
      faults: 0,
      tasksByOutcome: { changed: 2, agent_failed: 1, cancelled: 1, no_changes: 1 },
      violations: [],
    });
    expect(reportText(report)).toContain('violations  in all 0\n');
  });

  it('has violations when its database and its files are not what they were', async () => {
    const { tasks, artifacts } = evidence.database;
    const victim = artifacts.find(({ name }) => name === 'diff.patch')!;
    await rm(
      join(
        system.dataDirectory,
        'artifacts/tasks',
        victim.taskId,
        'attempts',
        String(victim.attempt),
        'diff.patch',
      ),
    );
    await query(system, `DELETE FROM "TaskEvent" WHERE "taskId" = $1 AND "seq" = 2`, [tasks[0]!.id]);
    await query(system, `UPDATE "Attempt" SET "outcome" = 'lost' WHERE "taskId" = $1`, [tasks[1]!.id]);
    await query(
      system,
      `UPDATE "WorkerSession" SET "endedAt" = NULL, "leaseUntil" = now() + interval '1 hour'`,
    );
    const violations = check(await gather([]));
    const rules = new Set(violations.map(({ rule }) => rule));
    for (const rule of ['artifact-files', 'history', 'explained-ends', 'artifacts', 'closed-books'])
      expect(rules).toContain(rule);
    expect(reportText(reportOf(evidence, violations))).toContain('explained-ends: task_');
  });
});
