import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTelemetry } from './create-telemetry.ts';
import { startTracing, type SpanProcessor, type Tracing } from './start-tracing.ts';

const REMOTE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SECRET = 'sk-canary-0123456789';
const NONE = { attributes: {} };
type Ended = Parameters<SpanProcessor['onEnd']>[0];

describe('spans', () => {
  const lines: string[] = [];
  const service = { service: 'drydock-worker', version: '1', instance: 'w' };
  const write = (line: string) => void lines.push(line);
  const telemetry = createTelemetry({ ...service, level: 'info', secrets: [SECRET], write });

  it('are no-ops before tracing is on', async () => {
    const seen = await telemetry.span('work', { attributes: {}, traceparent: REMOTE }, () =>
      Promise.resolve(telemetry.traceparent()),
    );
    expect(seen).toBeNull();
    const off = await startTracing({ ...service, isOn: false });
    expect(off.queueTelemetry).toBeUndefined();
    await off.shutdown();
  });

  describe('with tracing on', () => {
    let tracing: Tracing;
    let ended: Ended[] = [];
    const named = (name: string) => ended.find((span) => span.name === name);

    beforeAll(async () => {
      const quiet = () => Promise.resolve();
      const onEnd = (span: Ended) => void ended.push(span);
      const spanProcessor = { onStart: () => undefined, onEnd, forceFlush: quiet, shutdown: quiet };
      tracing = await startTracing({ ...service, isOn: true, spanProcessor });
    });
    afterAll(() => tracing.shutdown());
    beforeEach(() => {
      ended = [];
      lines.length = 0;
    });

    it('continue the trace of the submit, over as many processes as it takes', async () => {
      const inner = await telemetry.span('attempt', { attributes: { attempt: 1 }, traceparent: REMOTE }, () =>
        telemetry.span('phase', NONE, () => Promise.resolve(telemetry.traceparent())),
      );
      const [attempt, phase] = [named('attempt'), named('phase')];
      expect(attempt?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
      expect(phase?.parentSpanContext?.spanId).toBe(attempt?.spanContext().spanId);
      expect(inner).toBe(`00-0af7651916cd43dd8448eb211c80319c-${phase?.spanContext().spanId ?? ''}-01`);
      expect(attempt?.attributes).toEqual({ attempt: 1 });
    });

    it.each(['', 'nonsense', `${REMOTE}-x`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])(
      'take no parent from %j',
      async (traceparent) => {
        await telemetry.span('work', { attributes: {}, traceparent }, () => Promise.resolve());
        expect(named('work')?.parentSpanContext).toBeUndefined();
      },
    );

    it('may have begun earlier than it was known where they belong', async () => {
      const startedAt = new Date(Date.now() - 5_000);
      await telemetry.span('claim', { attributes: {}, startedAt }, () => Promise.resolve());
      expect(named('claim')?.duration[0]).toBe(5);
    });

    it('put their ids on log lines', async () => {
      const traceparent = await telemetry.span('work', NONE, () => {
        telemetry.log.info({}, 'within');
        return Promise.resolve(telemetry.traceparent());
      });
      const line = JSON.parse(lines[0] ?? '') as Record<string, string>;
      expect(`00-${line.trace_id ?? ''}-${line.span_id ?? ''}-01`).toBe(traceparent);
    });

    it('put the task and the attempt on log lines', async () => {
      const attributes = { 'drydock.task': 'task_x', 'drydock.attempt': 2 };
      await telemetry.span('attempt', { attributes }, () =>
        telemetry.span('phase', NONE, () => {
          telemetry.log.info({}, 'within');
          return Promise.resolve();
        }),
      );
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ taskId: 'task_x', attempt: 2, msg: 'within' });
    });

    it('end with the error of the work, masked, and pass it on', async () => {
      const failing = telemetry.span('work', NONE, () => Promise.reject(new Error(`no ${SECRET}`)));
      await expect(failing).rejects.toThrow(SECRET);
      expect(named('work')?.status).toEqual({ code: 2, message: 'Error: no [redacted]' });
    });

    it('hold a request together from its first hook to its last', async () => {
      const request = telemetry.requestSpan({ method: 'POST', requestId: 'r1', traceparent: REMOTE });
      await request.run(async () => {
        await Promise.resolve();
        telemetry.log.info({}, 'within');
        await telemetry.span('submit', NONE, () => Promise.resolve());
      });
      request.end({ route: '/v1/tasks', status: 503 });
      const server = named('POST /v1/tasks');
      expect(server).toMatchObject({
        kind: 1,
        status: { code: 2 },
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/v1/tasks',
          'http.response.status_code': 503,
        },
      });
      expect(server?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
      expect(named('submit')?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ requestId: 'r1' });
    });
  });
});
