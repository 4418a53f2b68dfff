import { describe, expect, it } from '@jest/globals';
import { NO_USAGE } from '@drydock/domain';
import { createTelemetry } from './create-telemetry.ts';

const telemetry = () =>
  createTelemetry({ service: 'drydock-worker', version: '1', instance: 'w', level: 'silent', secrets: [] });
const samples = async (of: ReturnType<typeof telemetry>) =>
  (await of.metricsText()).body.split('\n').filter((line) => line.startsWith('drydock_'));

describe('metricsText', () => {
  it('tells what happened to attempts and tasks', async () => {
    const worker = telemetry();
    worker.attemptStarted();
    worker.attemptStarted();
    worker.attemptEnded();
    worker.taskClaimed(0.2);
    worker.phaseFinished('agent', 40);
    worker.retentionRemoved('orphans', 3);
    worker.retentionFailed('mirrors');
    worker.taskFinished('changed', {
      ...NO_USAGE,
      modelCalls: 3,
      inputTokens: 10,
      outputTokens: 4,
      costUsd: 0.5,
    });
    worker.taskFinished('agent_failed', { ...NO_USAGE, modelCalls: 1, costUsd: null });
    expect(await samples(worker)).toEqual(
      expect.arrayContaining([
        'drydock_attempts_running 1',
        'drydock_attempts_total 2',
        'drydock_tasks_finished_total{outcome="changed"} 1',
        'drydock_tasks_finished_total{outcome="agent_failed"} 1',
        'drydock_model_calls_total 4',
        'drydock_model_tokens_total{kind="input"} 10',
        'drydock_model_tokens_total{kind="output"} 4',
        'drydock_model_cost_usd_total 0.5',
        'drydock_phase_seconds_bucket{le="60",phase="agent"} 1',
        'drydock_phase_seconds_bucket{le="15",phase="agent"} 0',
        'drydock_task_wait_seconds_count 1',
        'drydock_retention_removed_total{thing="orphans"} 3',
        'drydock_retention_failures_total{thing="mirrors"} 1',
      ]),
    );
  });

  it('asks for the backlog at each scrape', async () => {
    const api = telemetry();
    let queued = 7;
    api.onScrape(() => Promise.resolve({ queued, eligible: 5, running: 2, oldestQueuedSeconds: 12.5 }));
    expect(await samples(api)).toEqual(
      expect.arrayContaining([
        'drydock_queue_tasks{state="queued"} 7',
        'drydock_queue_tasks{state="eligible"} 5',
        'drydock_queue_tasks{state="running"} 2',
        'drydock_queue_oldest_seconds 12.5',
      ]),
    );
    queued = 8;
    expect(await samples(api)).toContain('drydock_queue_tasks{state="queued"} 8');
  });

  it('leaves the backlog out when it cannot be read, and tells the rest', async () => {
    const api = telemetry();
    let isAway = false;
    api.onScrape(() =>
      isAway
        ? Promise.reject(new Error('away'))
        : Promise.resolve({ queued: 1, eligible: 1, running: 0, oldestQueuedSeconds: 3 }),
    );
    await api.metricsText();
    isAway = true;
    const lines = await samples(api);
    expect(lines.filter((line) => line.startsWith('drydock_queue_'))).toEqual([]);
    expect(lines).toContain('drydock_attempts_running 0');
  });

  it('measures a request once, by its route', async () => {
    const api = telemetry();
    const request = api.requestSpan({ method: 'GET', requestId: 'r1' });
    expect(request.run(() => 'result')).toBe('result');
    request.end({ route: '/v1/tasks/:id', status: 200 });
    request.end({ route: '/v1/tasks/:id', status: 500 });
    const counts = (await samples(api)).filter((line) =>
      line.startsWith('drydock_http_request_seconds_count'),
    );
    expect(counts).toEqual([
      'drydock_http_request_seconds_count{method="GET",route="/v1/tasks/:id",status="200"} 1',
    ]);
  });
});
