import type { Artifact, Delivery, Task, TaskEvent } from '@drydock/contracts';

export const TASK_ID = 'task_01jd4kqy3ve7m8n5r2t6w9xzab';
export const WORKER_ID = 'worker-a';

const LIMITS = {
  ...{ timeoutSeconds: 1800, setupSeconds: 900, verifySeconds: 900, cpus: 2, memoryMb: 4096, pids: 512 },
  ...{ diskMb: 10_240, maxSteps: 200, maxTokens: 5_000_000, maxCostUsd: 2 },
};

export const QUEUED_TASK: Task = {
  ...{ id: TASK_ID, status: 'queued', phase: null, outcome: null, error: null },
  ...{ createdAt: '2026-11-21T09:30:00.000Z', startedAt: null, finishedAt: null, notBefore: null },
  ...{ retryOf: null, parentId: null },
  source: { git: { url: 'https://github.com/acme/shop.git', ref: 'main' } },
  ...{ base: null, resultTree: null, attempts: [], maxAttempts: 1, priority: 5 },
  description: 'Fix the rounding bug in cart totals',
  focusPaths: ['src/cart.ts'],
  agent: { harness: 'builtin', model: 'gpt-5-mini', instructions: null, command: null },
  image: { name: 'drydock/toolbox:1', digest: null },
  ...{ setup: ['npm ci'], verifyCommands: ['npm test'], limits: LIMITS, labels: { project: 'shop' } },
  usage: {
    ...{ modelCalls: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0, costUsd: 0, agentSeconds: 0 },
  },
  ...{ diffstat: null, verify: [], deliveries: [], pullRequest: null },
};

const PULL_REQUEST = 'https://github.com/acme/shop/pull/7';

export const PENDING_DELIVERY: Delivery = {
  id: 'dlv_01jd4kqy3ve7m8n5r2t6w9xzab',
  kind: 'pull_request',
  state: 'pending',
  error: null,
  url: null,
};

export const ENDED_TASK: Task = {
  ...QUEUED_TASK,
  ...{ status: 'succeeded', outcome: 'changed' },
  ...{ startedAt: '2026-11-21T09:30:00.412Z', finishedAt: '2026-11-21T09:31:12.080Z' },
  base: { ref: 'main', commit: 'c0ffee'.padEnd(40, '0'), tree: '7eefee'.padEnd(40, '0') },
  resultTree: 'b7eefe'.padEnd(40, '0'),
  attempts: [
    {
      ...{ number: 1, workerId: WORKER_ID, startedAt: '2026-11-21T09:30:00.412Z' },
      ...{ finishedAt: '2026-11-21T09:31:12.080Z', outcome: 'changed' },
    },
  ],
  usage: {
    ...{ modelCalls: 4, inputTokens: 18_220, cachedTokens: 12_800, outputTokens: 1_904, costUsd: 0.0087 },
    agentSeconds: 48.2,
  },
  diffstat: { files: 1, insertions: 3, deletions: 1 },
  verify: [{ command: 'npm test', exitCode: 0, seconds: 2.1 }],
  deliveries: [{ ...PENDING_DELIVERY, state: 'succeeded', url: PULL_REQUEST }],
  pullRequest: { url: PULL_REQUEST, number: 7 },
};

export const CANCELLED_TASK: Task = {
  ...QUEUED_TASK,
  ...{ status: 'cancelled', outcome: 'cancelled', finishedAt: '2026-11-21T09:30:04.250Z' },
};

export const EVENTS: TaskEvent[] = [
  { seq: 1, at: '2026-11-21T09:30:00.000Z', attempt: null, type: 'task.queued', v: 1 },
  { seq: 2, at: '2026-11-21T09:30:00.412Z', attempt: 1, type: 'task.claimed', v: 1, workerId: WORKER_ID },
  { seq: 3, at: '2026-11-21T09:30:00.420Z', attempt: 1, type: 'phase.started', v: 1, phase: 'checkout' },
];

export const DIFF = `diff --git a/src/cart.ts b/src/cart.ts
index 3f1c2a4..9b0d7e1 100644
--- a/src/cart.ts
+++ b/src/cart.ts
@@ -1 +1 @@
-export const total = (cents: number) => Math.floor(cents);
+export const total = (cents: number) => Math.round(cents);
`;

export const PATCH_ARTIFACT: Artifact = {
  ...{ name: 'diff.patch', attempt: 1, bytes: 238, contentType: 'text/x-diff' },
  sha256: 'ab'.repeat(32),
};
