import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_PRICES, NO_USAGE, type TaskId } from '@drydock/domain';
import type { AttemptKey, LocateArea } from '@drydock/engine';
import { UnixGateway } from '@drydock/gateway';
import { startScriptedModel } from '@drydock/testing';
import { ms, ratio, type Bench } from '../bench-row.ts';
import { median, quantile } from '../statistics.ts';

const CALLS = 400;
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const body = JSON.stringify({
  model: 'scripted',
  messages: [{ role: 'user', content: 'hello' }],
  max_tokens: 16,
});

const call = (
  target: { socketPath: string } | { host: string; port: number },
  agent: Agent,
  key: string,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const begin = performance.now();
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${key}`,
    };
    const sent = request(
      { ...target, path: '/v1/chat/completions', method: 'POST', agent, headers },
      (response) => {
        response.resume().once('end', () => {
          if (response.statusCode === 200) resolve(performance.now() - begin);
          else reject(new Error(`status ${String(response.statusCode)}`));
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });

const openGateway = async (root: string, upstream: string, apiKey: string) => {
  const key: AttemptKey = { taskId: 'task_bench' as TaskId, attempt: 1 };
  const locate: LocateArea = (_key, area) => join(root, area ?? '.');
  await Promise.all([mkdir(join(root, 'run-agent')), mkdir(join(root, 'spool'))]);
  const gateway = new UnixGateway({
    upstreams: {
      openai: { baseUrl: upstream, apiKey },
      anthropic: { baseUrl: upstream, apiKey: null },
    },
    locate,
    prices: BUILT_IN_PRICES,
    allowedPrivateHosts: new Set(),
    log: silent,
  });
  const budget = { maxSteps: 10_000, maxTokens: 1e9, maxCostUsd: null };
  const endpoint = await gateway.open({
    key,
    phase: 'agent',
    llm: { model: 'scripted', budget, spent: NO_USAGE, onCall: () => Promise.resolve() },
    egress: null,
    onNotice: () => undefined,
  });
  return { gateway, endpoint, socketPath: join(root, 'run-agent', 'llm.sock') };
};

export const gatewayBench: Bench = {
  name: 'gateway',
  run: async () => {
    const apiKey = 'sk-bench-key-for-the-gateway';
    const model = await startScriptedModel({
      script: { turns: [{ reply: 'hello' }] },
      apiKey,
    });
    const root = await mkdtemp(join(tmpdir(), 'drydock-gw-'));
    const { gateway, endpoint, socketPath } = await openGateway(root, model.url, apiKey);
    const agent = new Agent({ keepAlive: true });
    const { hostname, port } = new URL(model.url);
    try {
      const direct: number[] = [];
      const through: number[] = [];
      for (let i = 0; i < CALLS + 20; i++) {
        const [bare, ours] = [
          await call({ host: hostname, port: Number(port) }, agent, apiKey),
          await call({ socketPath }, agent, 'dummy'),
        ];
        if (i < 20) continue;
        direct.push(bare);
        through.push(ours);
      }
      const added = median(through.map((value, index) => value - (direct[index] ?? Number.NaN)));
      return [
        {
          what: `gateway: added latency per non-streamed call (${String(CALLS)} pairs)`,
          measured: `p50 + ${added.toFixed(2)} ms (p99 ${ms(quantile(through, 0.99))})`,
          bare: `direct: p50 ${median(direct).toFixed(2)} ms; ${ratio(median(through), median(direct))}`,
          aim: '< 1 ms p50',
          isMet: added < 1,
        },
      ];
    } finally {
      agent.destroy();
      await endpoint.close();
      await gateway.close();
      await model.close();
      await rm(root, { recursive: true });
    }
  },
};
