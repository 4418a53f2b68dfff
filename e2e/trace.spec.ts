import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import { printedSpans, treeOf, type PrintedSpan } from './system/console-spans.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

/** Whoever follows one task sees one trace from the request to its end, and finds it from any log line. */
let system: System;
let taskId: string;
let spans: PrintedSpan[];

const outputs = (): string => [system.api, ...system.workers].map((app) => app.output).join('\n');

beforeAll(async () => {
  system = await startSystem({
    env: { OTEL_TRACES_EXPORTER: 'console', OTEL_BSP_SCHEDULE_DELAY: '100', DRYDOCK_LOG_LEVEL: 'debug' },
  });
  const url = await publishScript(system, 'small', 'echo one > a.txt');
  const task = bashTask(url, 'echo two > a.txt', { setup: ['true'], verify: ['grep two a.txt'] });
  taskId = (await system.client.submit(task)).id;
  await system.client.wait(taskId);
  const traceId = await eventually(
    () => printedSpans(outputs()).find(({ name }) => name === 'finish')?.traceId,
  );
  spans = await eventually(() => {
    const ofTask = printedSpans(outputs()).filter((span) => span.traceId === traceId);
    const isWhole = ['attempt', 'POST /v1/tasks'].every((name) => ofTask.some((span) => span.name === name));
    return isWhole && outputs().includes('"msg":"attempt ended"') && ofTask;
  });
});

afterAll(async () => {
  await system.stop();
});

const named = (name: string): PrintedSpan => {
  const [span, ...others] = spans.filter((each) => each.name === name);
  if (!span || others.length > 0) throw new Error(`not one span ${name} in:\n${treeOf(spans)}`);
  return span;
};

/** JSON lines about the task. */
const linesOf = (output: string): Record<string, unknown>[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{"') && line.includes(taskId))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the trace of a task', () => {
  it('begins with the request and goes on in the worker', () => {
    const request = named('POST /v1/tasks');
    expect(request).toMatchObject({ service: 'drydock-api', parentId: null });
    for (const name of ['claim', 'attempt'])
      expect(named(name)).toMatchObject({ service: 'drydock-worker', parentId: request.id });
  });

  it('has each phase and the finish in the attempt, one after the other', () => {
    const attempt = named('attempt');
    const phases = ['checkout', 'setup', 'agent', 'collect', 'verify'].map((phase) =>
      named(`phase ${phase}`),
    );
    const steps = [...phases, named('finish')];
    for (const step of steps) expect(step.parentId).toBe(attempt.id);
    const starts = steps.map((step) => step.startMicros);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    for (const step of steps) {
      expect(step.durationMicros).toBeGreaterThan(0);
      expect(step.durationMicros).toBeLessThanOrEqual(attempt.durationMicros);
    }
  });

  it('is named by every line of the worker about the task', () => {
    const lines = linesOf(system.workers.map((worker) => worker.output).join('\n'));
    expect(lines.map((line) => line['msg'])).toContain('attempt ended');
    const trace_id = named('attempt').traceId;
    for (const line of lines) expect(line).toMatchObject({ taskId, attempt: 1, trace_id });
  });

  it('is named by the line of the api about the request', () => {
    const lines = system.api.output.split('\n').filter((line) => line.startsWith('{"'));
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const submit = parsed.find((line) => line['method'] === 'POST' && line['route'] === '/v1/tasks');
    expect(submit).toMatchObject({ status: 202, trace_id: named('POST /v1/tasks').traceId });
  });
});
