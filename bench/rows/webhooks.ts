import { signedWebhook, webhookExamples, type SignedWebhook } from '@drydock/testing';
import { startSystem } from '../../e2e/system/start-system.ts';
import { ms, ratio, type Bench } from '../bench-row.ts';
import { median, quantile } from '../statistics.ts';
import { openLoop } from './open-loop.ts';

const PER_SECOND = 100;
const SECONDS = 30;
const WARM_UP_SECONDS = 3;
const MOST_MS = 100;
const SECRET = 'a secret of the webhook';

/** Of what GitHub published, what is changed here. */
interface Example {
  readonly action: string;
  readonly issue?: object;
  readonly label?: object;
  readonly comment?: object;
  readonly review?: object;
}

/** What makes each event a trigger that nobody has sent before: everything else stays as GitHub published it. */
const TRIGGERS = {
  issues: [
    'labeled',
    (one, i) => ({
      ...one,
      label: { ...one.label, name: 'drydock' },
      issue: { ...one.issue, updated_at: new Date(i * 1000).toISOString() },
    }),
  ],
  issue_comment: [
    'created',
    (one, id) => ({ ...one, comment: { ...one.comment, id, body: '/drydock fix' } }),
  ],
  pull_request_review: [
    'submitted',
    (one, id) => ({
      ...one,
      review: { ...one.review, id, state: 'changes_requested' },
    }),
  ],
  pull_request_review_comment: [
    'created',
    (one, id) => ({
      ...one,
      // All remarks of one review are one trigger.
      comment: { ...one.comment, id, pull_request_review_id: id, body: '/drydock fix' },
    }),
  ],
} as const satisfies Record<string, readonly [string, (example: Example, id: number) => Example]>;

/** Signed before anything is measured. */
const webhooks = (count: number): SignedWebhook[] => {
  const makers = (Object.keys(TRIGGERS) as (keyof typeof TRIGGERS)[]).map((event) => {
    const [action, change] = TRIGGERS[event];
    const example = (webhookExamples(event) as Example[]).find((one) => one.action === action);
    if (example === undefined) throw new Error(`GitHub has published no ${event} ${action}`);
    return (id: number) => signedWebhook(event, change(example, id), { secret: SECRET });
  });
  return Array.from({ length: count }, (_, i) => makers[i % makers.length]!(i + 1));
};

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`;

export const webhooksBench: Bench = {
  name: 'webhooks',
  run: async () => {
    const all = webhooks(PER_SECOND * (SECONDS + WARM_UP_SECONDS));
    const system = await startSystem({ workers: 0, env: { GITHUB_WEBHOOK_SECRET: SECRET } });
    let next = 0;
    const send = async (): Promise<boolean> => {
      const { body, headers } = all[next++]!;
      const url = `${system.url}/v1/webhooks/github`;
      const response = await fetch(url, { method: 'POST', body: new Uint8Array(body), headers });
      const { state } = (await response.json()) as { state?: string };
      return response.status === 202 && state === 'received';
    };
    const probe = async (): Promise<boolean> => {
      const response = await fetch(`${system.url}/livez`);
      await response.arrayBuffer();
      return response.ok;
    };
    try {
      await openLoop(PER_SECOND, WARM_UP_SECONDS, send);
      const bare = await openLoop(PER_SECOND, 10, probe);
      const load = await openLoop(PER_SECOND, SECONDS, send);
      const [p50, p99] = [median(load.latenciesMs), quantile(load.latenciesMs, 0.99)];
      const bareP99 = quantile(bare.latenciesMs, 0.99);
      const sizes = all.map(({ body }) => body.length);
      return [
        {
          what: `webhook of ${kib(Math.min(...sizes))} to ${kib(Math.max(...sizes))} → 202 at ${String(PER_SECOND)}/s for ${String(SECONDS)} s`,
          measured: `p50 ${ms(p50)}, p99 ${ms(p99)}, ${String(load.errors)} errors of ${String(PER_SECOND * SECONDS)}`,
          bare: `GET /livez at the same rate: p50 ${ms(median(bare.latenciesMs))}, p99 ${ms(bareP99)}; ${ratio(p99, bareP99)}`,
          aim: `p99 < ${String(MOST_MS)} ms, 0 errors`,
          isMet: p99 < MOST_MS && load.errors === 0,
        },
      ];
    } finally {
      await system.stop();
    }
  },
};
