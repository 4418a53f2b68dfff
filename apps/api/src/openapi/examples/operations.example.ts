import {
  CANCELLED_TASK,
  DIFF,
  ENDED_TASK,
  EVENTS,
  PATCH_ARTIFACT,
  PENDING_DELIVERY,
  QUEUED_TASK,
  TASK_ID,
  WORKER_ID,
} from './task.example.ts';
import { NEW_WEBHOOK_ENDPOINT, WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT } from './webhook.example.ts';

/** What goes in and what comes out, once for each operation, by the names that the document has for them. */
export interface OperationExample {
  readonly request?: unknown;
  readonly answers: Readonly<Record<number, unknown>>;
}

const TIMES = { createdAt: '2026-11-21T09:00:00.000Z', updatedAt: '2026-11-21T09:00:00.000Z' };
const TEAM_ID = 'team_01jd4m0c5xk8p1q4s7v2y6z9bd';
const TEAM = {
  ...{ id: TEAM_ID, name: 'Payments', weight: 2, maxConcurrent: 4, maxQueued: 500 },
  createdAt: TIMES.createdAt,
};
const KEY = {
  ...{ id: 'Zk3vQ8nW', scopes: ['tasks:read', 'tasks:write'], requestsPerSecond: null },
  ...{ createdAt: TIMES.createdAt, expiresAt: '2027-02-19T09:00:00.000Z', revokedAt: null },
};
const REPOSITORY = {
  id: 'repo_01jd4m0c5xk8p1q4s7v2y6z9bd',
  teamId: TEAM_ID,
  forge: {
    ...{ owner: 'acme', name: 'shop', labels: ['drydock'], base: null, allowedPaths: [] },
    enabled: true,
    triggers: { label: true, comment: true, assignment: false, mention: false },
    ...{ limits: { timeoutSeconds: 1200, maxCostUsd: 2 }, workflowEdits: false },
  },
  ...TIMES,
};
const TASK_REQUEST = {
  source: { git: { url: 'https://github.com/acme/shop.git', ref: 'main' } },
  description: 'Fix the rounding bug in cart totals',
  ...{ setup: ['npm ci'], verify: ['npm test'], deliver: { pullRequest: { draft: true } } },
  labels: { project: 'shop' },
};
const TOKEN = { source: { git: { token: 'a-token-of-the-code-host' } } };
const WORKER = {
  ...{ id: WORKER_ID, sessionId: `${WORKER_ID}:9f2c61d0`, host: 'build-1', version: '0.1.0', live: true },
  ...{ draining: false, concurrency: 2, startedAt: TIMES.createdAt, heartbeatAt: '2026-11-21T09:30:30.000Z' },
  running: [{ taskId: TASK_ID, attempt: 1, phase: 'agent', startedAt: '2026-11-21T09:30:00.412Z' }],
};
const QUEUE = {
  ...{ queued: 3, eligible: 2, running: 1, oldestQueuedSeconds: 1.4 },
  teams: [{ teamId: TEAM_ID, name: 'Payments', queued: 3, running: 1 }],
};
const CHECKS = { postgres: 'ok', redis: 'ok', artifacts: 'ok' };
const METRICS = '# TYPE drydock_tasks_queued gauge\ndrydock_tasks_queued 3\n';

const page = (item: unknown, next: unknown = null) => ({ items: [item], next });

export const EXAMPLES: Readonly<Record<string, OperationExample>> = {
  submitTask: { request: TASK_REQUEST, answers: { 202: QUEUED_TASK } },
  listTasks: { answers: { 200: page(ENDED_TASK, 'MTc2MzcxNzQwMDAwMDAwMC50YXNrXzAx') } },
  getTask: { answers: { 200: ENDED_TASK } },
  cancelTask: { answers: { 200: ENDED_TASK, 202: CANCELLED_TASK } },
  retryTask: { request: TOKEN, answers: { 202: { ...QUEUED_TASK, retryOf: TASK_ID } } },
  readEvents: { answers: { 200: { items: EVENTS, next: 3 } } },
  readDiff: { answers: { 200: DIFF } },
  listArtifacts: { answers: { 200: { items: [PATCH_ARTIFACT] } } },
  readArtifact: { answers: { 200: 'Reading src/cart.ts\n' } },
  orderDelivery: {
    request: { pullRequest: { base: 'main', draft: true, title: 'Round cart totals' } },
    answers: { 202: PENDING_DELIVERY },
  },
  retryDelivery: { request: TOKEN, answers: { 202: PENDING_DELIVERY } },
  listWorkers: { answers: { 200: { items: [WORKER] } } },
  readQueue: { answers: { 200: QUEUE } },
  listRepositories: { answers: { 200: page(REPOSITORY) } },
  createRepository: {
    request: { forge: { owner: 'acme', name: 'shop', triggers: { label: true, comment: true } } },
    answers: { 201: REPOSITORY },
  },
  getRepository: { answers: { 200: REPOSITORY } },
  changeRepository: {
    request: { forge: { limits: { timeoutSeconds: 1200, maxCostUsd: 2 } } },
    answers: { 200: REPOSITORY },
  },
  deleteRepository: { answers: {} },
  receiveGithubWebhook: {
    request: { action: 'labeled', label: { name: 'drydock' }, repository: { full_name: 'acme/shop' } },
    answers: { 202: { id: '72d3162e-cc78-11e3-81ab-4c9367dc0958', state: 'received', reason: null } },
  },
  listWebhookEndpoints: { answers: { 200: page(WEBHOOK_ENDPOINT) } },
  createWebhookEndpoint: {
    request: {
      url: 'https://ci.example.com/hooks/drydock',
      ...{ description: 'Tells the release channel', events: ['task.succeeded', 'task.failed'] },
    },
    answers: { 201: NEW_WEBHOOK_ENDPOINT },
  },
  getWebhookEndpoint: { answers: { 200: WEBHOOK_ENDPOINT } },
  changeWebhookEndpoint: { request: { enabled: true }, answers: { 200: WEBHOOK_ENDPOINT } },
  deleteWebhookEndpoint: { answers: {} },
  rotateWebhookSecret: {
    request: { overlapSeconds: 3600 },
    answers: { 200: { ...NEW_WEBHOOK_ENDPOINT, previousSecretUntil: '2026-11-21T10:30:00.000Z' } },
  },
  testWebhookEndpoint: {
    answers: {
      202: {
        ...WEBHOOK_DELIVERY,
        ...{ type: 'webhook_endpoint.test', taskId: null, attempts: 0, tries: [] },
      },
    },
  },
  listWebhookDeliveries: { answers: { 200: page(WEBHOOK_DELIVERY, 'MTI') } },
  redeliverWebhook: { answers: { 202: WEBHOOK_DELIVERY } },
  listTeams: { answers: { 200: page(TEAM) } },
  createTeam: { request: { name: 'Payments', weight: 2 }, answers: { 201: TEAM } },
  getTeam: { answers: { 200: TEAM } },
  changeTeam: { request: { maxConcurrent: 4 }, answers: { 200: TEAM } },
  listTeamKeys: { answers: { 200: { items: [KEY] } } },
  createTeamKey: {
    request: { scopes: ['tasks:read', 'tasks:write'] },
    answers: { 201: { ...KEY, key: `dk_Zk3vQ8nW_${'x'.repeat(32)}` } },
  },
  revokeTeamKey: { answers: {} },
  live: { answers: { 200: { status: 'ok' } } },
  ready: { answers: { 200: { status: 'ready', checks: CHECKS } } },
  readMetrics: { answers: { 200: METRICS } },
};
