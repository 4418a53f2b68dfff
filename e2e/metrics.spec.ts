import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, freePort } from '@drydock/testing';
import type { TaskView } from './system/client.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

/** The figures of a fresh system after one task that used the model, one that failed, and one that waits. */
const script = {
  turns: [
    { when: { step: 1 }, toolCalls: [{ name: 'write_file', arguments: { path: 'b.txt', content: 'b\n' } }] },
    { when: {}, toolCalls: [{ name: 'finish', arguments: { summary: 'done' } }] },
  ],
};

let system: System;
let done: TaskView;
let api: Map<string, number>;
let worker: Map<string, number>;
/** From before the first submit to after the last figure: nothing in the figures can have taken longer. */
let elapsedSeconds: number;

/** `name{label="value"}` → value. */
const scrape = async (url: string): Promise<Map<string, number>> => {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
};

beforeAll(async () => {
  const port = String(await freePort());
  system = await startSystem({ script, env: { DRYDOCK_WORKER_PORT: port } });
  const source = { git: { url: await publishScript(system, 'small', 'echo one > a.txt') } };
  const startedAt = performance.now();
  const { id } = await system.client.submit({ source, description: 'write b', verify: ['test -f b.txt'] });
  done = await system.client.wait(id);
  const failing = await system.client.submit(bashTask(source.git.url, 'exit 3'));
  await system.client.wait(failing.id);
  await system.client.submit(bashTask(source.git.url, 'true', { notBefore: '2100-01-01T00:00:00Z' }));
  api = await scrape(system.url);
  // A task is final a moment before its attempt is cleaned up
  worker = await eventually(async () => {
    const figures = await scrape(`http://127.0.0.1:${port}`);
    return figures.get('drydock_attempts_running') === 0 && figures;
  });
  elapsedSeconds = (performance.now() - startedAt) / 1000;
});

afterAll(async () => {
  await system.stop();
});

describe('/metrics of the api', () => {
  it('tells the depth of the queue and the age of its oldest task', () => {
    expect(api.get('drydock_queue_tasks{state="queued"}')).toBe(1);
    expect(api.get('drydock_queue_tasks{state="eligible"}')).toBe(0);
    expect(api.get('drydock_queue_tasks{state="running"}')).toBe(0);
    expect(api.get('drydock_queue_oldest_seconds')).toBeLessThan(elapsedSeconds);
  });

  it('tells the requests by route, method and status', () => {
    const submits = 'method="POST",route="/v1/tasks",status="202"';
    expect(api.get(`drydock_http_request_seconds_count{${submits}}`)).toBe(3);
    const names = [...api.keys()].filter((name) => name.startsWith('drydock_http'));
    expect(names.join('\n')).not.toContain('task_');
  });
});

describe('/metrics of the worker', () => {
  it('tells the attempts, those under way and how long the tasks waited', () => {
    expect(worker.get('drydock_attempts_total')).toBe(2);
    expect(worker.get('drydock_attempts_running')).toBe(0);
    expect(worker.get('drydock_task_wait_seconds_count')).toBe(2);
    const waited = worker.get('drydock_task_wait_seconds_sum') ?? -1;
    expect(waited).toBeGreaterThanOrEqual(0);
    expect(waited).toBeLessThan(elapsedSeconds);
  });

  it('tells the outcomes', () => {
    expect(done.outcome).toBe('changed');
    expect(worker.get('drydock_tasks_finished_total{outcome="changed"}')).toBe(1);
    expect(worker.get('drydock_tasks_finished_total{outcome="agent_failed"}')).toBe(1);
  });

  it('tells the time in each phase', () => {
    for (const [phase, times] of Object.entries({ checkout: 2, agent: 2, collect: 2, verify: 1 })) {
      expect([phase, worker.get(`drydock_phase_seconds_count{phase="${phase}"}`)]).toEqual([phase, times]);
      const seconds = worker.get(`drydock_phase_seconds_sum{phase="${phase}"}`) ?? -1;
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(elapsedSeconds);
    }
  });

  it('tells the calls, tokens and cost that the task itself shows', () => {
    const { modelCalls, inputTokens, costUsd } = done.usage;
    expect(modelCalls).toBe(2);
    expect(worker.get('drydock_model_calls_total')).toBe(modelCalls);
    expect(inputTokens).toBeGreaterThan(0);
    expect(worker.get('drydock_model_tokens_total{kind="input"}')).toBe(inputTokens);
    expect(worker.get('drydock_model_tokens_total{kind="output"}')).toBeGreaterThan(0);
    expect(costUsd).toBeGreaterThan(0);
    expect(worker.get('drydock_model_cost_usd_total')).toBeCloseTo(costUsd ?? -1, 9);
  });
});
