import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually, type ScriptInput } from '@drydock/testing';
import { GatewayRig, PROVIDER_KEY, type RigOptions } from './testing/gateway-rig.ts';

type Turn = ScriptInput['turns'][number];

let rig: GatewayRig;
afterEach(() => rig.close());
const open = async (turn: Turn, options: RigOptions = {}): Promise<GatewayRig> =>
  (rig = await GatewayRig.open({ script: { turns: [{ when: {}, reply: 'a reply', ...turn }] }, ...options }));

const USAGE = { inputTokens: 100, outputTokens: 10 };
const NOTHING = { inputTokens: 0, outputTokens: 0, costUsd: 0 };

describe('a provider that fails', () => {
  it.each([429, 500, 503, 529])(
    'is asked again after %i, and the client sees the good reply only',
    async (status) => {
      await open({ fault: { kind: 'status', status, times: 2 }, usage: USAGE });
      expect(await rig.chat({})).toMatchObject({ status: 200 });
      expect(rig.model.calls).toHaveLength(3);
      expect(rig.calls).toMatchObject([{ status: 200, ...USAGE }]);
      expect(rig.endpoint.failure()).toBeNull();
    },
  );

  it('is given the pause that it asks for', async () => {
    await open({ fault: { kind: 'status', status: 429, retryAfterSeconds: 0.2, times: 1 } });
    const start = performance.now();
    await rig.chat({});
    expect(performance.now() - start).toBeGreaterThanOrEqual(190);
  });

  it('is given up after some tries, with a 403 that names the reason and charges nothing', async () => {
    await open({ fault: { kind: 'status', status: 500, message: `boom ${PROVIDER_KEY}` } });
    const answer = await rig.chat({});
    expect(answer.status).toBe(403);
    expect(answer.text).toMatch(/upstream_failed/);
    expect(answer.text).toMatch(/4 times, last with 500: boom \[redacted\]/);
    expect(rig.calls).toMatchObject([{ status: 500, ...NOTHING }]);
    expect(rig.endpoint.failure()).toMatchObject({ code: 'model_failed' });
    expect(rig.endpoint.answeredCalls()).toBe(0);
  });

  it('is given up when it does not answer at all', async () => {
    await open({ fault: { kind: 'reset' } });
    expect(await rig.chat({})).toMatchObject({ status: 403 });
    expect(rig.calls).toMatchObject([{ status: 502, ...NOTHING }]);
  });

  it('is forgiven by the next good call', async () => {
    await open({ fault: { kind: 'status', status: 500, times: 4 } });
    await rig.chat({});
    expect(rig.endpoint.failure()).not.toBeNull();
    await rig.chat({});
    expect(rig.endpoint.failure()).toBeNull();
  });

  it.each([
    [400, 400],
    [401, 403],
    [404, 404],
  ])('has its %i passed on as %i, without another try and without the key', async (status, seen) => {
    await open({ fault: { kind: 'status', status, message: `no: ${PROVIDER_KEY}` } });
    const answer = await rig.chat({});
    expect(answer).toMatchObject({ status: seen });
    expect(answer.text).toContain('no: [redacted]');
    expect(rig.model.calls).toHaveLength(1);
    expect(rig.calls).toMatchObject([{ status, ...NOTHING }]);
  });
});

describe('a reply that breaks', () => {
  it('never looks whole to the reader of a stream, and is charged for what came', async () => {
    await open({ eventDelayMs: 20, fault: { kind: 'cut', afterEvents: 2 } });
    await expect(rig.chat({ stream: true })).rejects.toThrow();
    expect(rig.calls).toMatchObject([{ status: 502 }]);
    expect(rig.calls[0]?.inputTokens).toBeGreaterThan(0);
    expect(rig.calls[0]?.outputTokens).toBeGreaterThan(0);
    expect(rig.calls[0]?.outputTokens).toBeLessThan(1000);
    expect((await rig.journal()).lines).toMatchObject([{ counted: 'estimated' }]);
  });

  it('is a 502 when it was not a stream: one metered try, which the client may repeat', async () => {
    await open({ fault: { kind: 'cut', times: 1 } });
    expect(await rig.chat({})).toMatchObject({ status: 502 });
    expect(await rig.chat({})).toMatchObject({ status: 200 });
    expect(rig.calls.map((call) => call.status)).toEqual([502, 200]);
  });

  it.each([
    ['silence inside a stream', { kind: 'stall' as const }, { stallMs: 50 }, true],
    ['the deadline of the call', { kind: 'stall' as const }, { callDeadlineMs: 50 }, true],
    ['silence inside a whole reply', { kind: 'stall' as const }, { stallMs: 50 }, false],
  ])('ends by %s', async (_name, fault, bounds, stream) => {
    await open({ fault }, { bounds });
    const answer = rig.chat({ stream });
    if (stream) await expect(answer).rejects.toThrow();
    else expect(await answer).toMatchObject({ status: 403 });
    expect(rig.calls).toMatchObject([{ status: 504 }]);
    expect(rig.calls[0]?.inputTokens).toBeGreaterThan(0);
    expect(rig.endpoint.failure()).toMatchObject({ code: 'model_failed' });
  });

  it('is charged at its worst when the deadline came before its first byte', async () => {
    await open({ delayMs: 5000 }, { bounds: { callDeadlineMs: 50 } });
    expect(await rig.chat({ max_tokens: 700 })).toMatchObject({ status: 403 });
    expect(rig.calls).toMatchObject([{ status: 504, outputTokens: 700 }]);
  });

  it.each([false, true])('is counted when it is garbage, stream: %s', async (stream) => {
    await open({ fault: { kind: 'garbage' } });
    await rig.chat({ stream });
    expect(rig.endpoint.answeredCalls()).toBe(0);
    expect(rig.endpoint.failure()).toMatchObject({ code: 'model_failed' });
    expect(rig.calls).toMatchObject([{ status: 200 }]);
    expect(rig.calls[0]?.inputTokens).toBeGreaterThan(0);
    expect((await rig.journal()).lines).toMatchObject([{ counted: 'estimated' }]);
  });

  it('is counted when the provider reports no usage', async () => {
    await open({ reportUsage: false });
    await rig.chat({});
    expect(rig.calls[0]?.outputTokens).toBeGreaterThan(0);
  });
});

describe('a client that goes away', () => {
  const leave = async (body: object): Promise<void> => {
    const client = rig.client();
    const reply = rig.chat(body, client);
    await eventually(() => rig.model.calls.length === 1);
    await client.destroy();
    await expect(reply).rejects.toThrow();
  };

  it.each([false, true])('is charged what the provider counts in the end, stream: %s', async (stream) => {
    await open({ reply: 'x'.repeat(200), delayMs: 100, eventDelayMs: 5, usage: USAGE });
    await leave({ stream });
    await eventually(() => rig.calls.length === 1);
    expect(rig.calls).toMatchObject([{ status: 200, ...USAGE }]);
  });

  it('is charged the worst case when that takes too long', async () => {
    await open({ delayMs: 5000 }, { bounds: { drainMs: 20 } });
    await leave({ max_tokens: 500 });
    await eventually(() => rig.calls.length === 1);
    expect(rig.calls).toMatchObject([{ status: 499, outputTokens: 500 }]);
    expect(rig.endpoint.failure()).toBeNull();
  });

  it('because its phase ended has its call on record when close returns', async () => {
    await open({ delayMs: 5000 });
    const reply = rig.chat({ max_tokens: 500 });
    reply.catch(() => undefined);
    await eventually(() => rig.model.calls.length === 1);
    await rig.endpoint.close();
    expect(rig.calls).toMatchObject([{ status: 499, outputTokens: 500 }]);
    expect((await rig.journal()).lines).toHaveLength(1);
    await expect(reply).rejects.toThrow();
  });
});

describe('the provider key', () => {
  it('is masked wherever a provider echoes it', async () => {
    const echo = createServer((request, response) => {
      const text = JSON.stringify({ choices: [{ delta: { content: request.headers.authorization } }] });
      const stream = request.headers.accept === 'text/event-stream';
      response.setHeader('content-type', stream ? 'text/event-stream' : 'application/json');
      response.end(stream ? `data: ${text}\n\n` : text);
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    rig = await GatewayRig.open({
      baseUrl: `http://127.0.0.1:${String((echo.address() as AddressInfo).port)}/v1`,
    });
    for (const accept of ['application/json', 'text/event-stream']) {
      const path = '/v1/chat/completions';
      const reply = await rig
        .client()
        .request({ method: 'POST', path, headers: { accept }, body: '{"messages":[]}' });
      const text = await reply.body.text();
      expect(text).toContain('Bearer [redacted]');
      expect(text + JSON.stringify(reply.headers)).not.toContain(PROVIDER_KEY);
    }
    expect((await rig.journal()).raw).not.toContain(PROVIDER_KEY);
    echo.close();
    echo.closeAllConnections();
  });
});
