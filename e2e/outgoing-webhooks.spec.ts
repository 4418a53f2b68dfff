import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import { startSystem, type System } from './system/start-system.ts';
import { WebhookReceiver } from './system/webhook-receiver.ts';

/** What a team listens to arrives, whoever is killed meanwhile and however other receivers behave. */
const SOME = 20;
const FAR = '2100-01-01T00:00:00Z';

interface Endpoint {
  readonly id: string;
  readonly secret: string;
  readonly enabled: boolean;
  readonly disabledReason: { code: string } | null;
}
interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly attempts: number;
  readonly tries: readonly { status: number | null; ms: number; error: { code: string } | null }[];
}

let receiver: WebhookReceiver;
let system: System;

beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  system = await startSystem({ workers: 1, allowPrivateHosts: [receiver.host] });
});

afterAll(async () => {
  await system.stop();
  await receiver.close();
});

const HOOKS = '/v1/webhook-endpoints';

const listen = async (path: string, events: readonly string[]): Promise<Endpoint> => {
  const response = await system.client.post(HOOKS, { url: `http://${receiver.host}${path}`, events });
  expect(response.status).toBe(201);
  const endpoint = (await response.json()) as Endpoint;
  receiver.secrets.set(path, endpoint.secret);
  return endpoint;
};

const forget = async ({ id }: Endpoint): Promise<void> => {
  expect((await system.client.request(`${HOOKS}/${id}`, { method: 'DELETE' })).status).toBe(204);
};

const deliveriesOf = async ({ id }: Endpoint): Promise<readonly Delivery[]> =>
  ((await (await system.client.request(`${HOOKS}/${id}/deliveries`)).json()) as { items: Delivery[] }).items;

/** Until so many webhooks of an endpoint have all got through. */
const delivered = (endpoint: Endpoint, count: number): Promise<unknown> =>
  eventually(
    async () => {
      const states = (await deliveriesOf(endpoint)).map(({ state }) => state);
      return states.length === count && states.every((state) => state === 'succeeded');
    },
    { timeoutMs: 90_000 },
  );

const waitingTask = (more: object = {}) =>
  system.client.submit({
    source: { git: { url: `${system.gitUrl}/none.git` } },
    description: 'Nobody will do this.',
    agent: { harness: 'command', command: ['true'] },
    notBefore: FAR,
    ...more,
  });

/** The cheapest thing that webhooks tell of. */
const cancelOne = async (more: object = {}): Promise<string> => {
  const { id } = await waitingTask(more);
  expect((await system.client.request(`/v1/tasks/${id}/cancel`, { method: 'POST' })).status).toBe(202);
  return id;
};

describe('outgoing webhooks', () => {
  it('tell of a task from its start to its end, signed, and of its callback', async () => {
    const endpoint = await listen('/walk', ['task.started', 'task.failed']);
    const task = await system.client.submit({
      source: { git: { url: `${system.gitUrl}/none.git` } },
      description: 'There is no such repository.',
      agent: { harness: 'command', command: ['true'] },
      labels: { project: 'shop' },
      callbackUrl: `http://${receiver.host}/callback`,
    });
    await system.client.wait(task.id);
    await eventually(() => receiver.at('/walk').length === 2 && receiver.at('/callback').length === 2);
    const told = receiver.at('/walk').toSorted((a, b) => (a.type < b.type ? 1 : -1));
    expect(told).toMatchObject([
      { type: 'task.started', isGenuine: true, data: { task: { id: task.id, status: 'running' } } },
      {
        ...{ type: 'task.failed', isGenuine: true },
        data: { task: { id: task.id, outcome: 'checkout_failed', labels: { project: 'shop' } } },
      },
    ]);
    expect(receiver.at('/callback').map(({ type }) => type)).toEqual(
      expect.arrayContaining(['task.started', 'task.failed']),
    );
    await forget(endpoint);
  });

  it('are signed by the old and the new secret while a rotation overlaps', async () => {
    const endpoint = await listen('/rotated', ['task.cancelled']);
    const rotated = await system.client.post(`${HOOKS}/${endpoint.id}/rotate-secret`, { overlapSeconds: 60 });
    const { secret } = (await rotated.json()) as Endpoint;
    await cancelOne();
    await eventually(() => receiver.at('/rotated').length === 1);
    receiver.secrets.set('/rotated', secret);
    await cancelOne();
    await eventually(() => receiver.at('/rotated').length === 2);
    expect(secret).not.toBe(endpoint.secret);
    expect(receiver.at('/rotated').map(({ isGenuine }) => isGenuine)).toEqual([true, true]);
    await forget(endpoint);
  });

  it('arrive all although api and worker are killed, and under one id each', async () => {
    const endpoint = await listen('/crash', ['task.cancelled']);
    // The first tries fail, so that there is something left when the worker dies.
    receiver.answers.set('/crash', (response, nth) => void response.writeHead(nth <= 3 ? 500 : 204).end());
    const ids = [];
    for (let i = 0; i < SOME; i++) {
      ids.push(await cancelOne());
      if (i === SOME / 2) await system.workers.at(-1)?.killHard();
    }
    await system.api.killHard();
    await system.startApi();
    await system.startWorker();
    const taken = () => new Set(receiver.at('/crash').map(({ data }) => data.task?.id));
    await eventually(() => taken().size === SOME, { timeoutMs: 90_000 });
    await delivered(endpoint, SOME);
    expect([...taken()].sort()).toEqual(ids.toSorted());
    expect(receiver.at('/crash').every(({ isGenuine }) => isGenuine === true)).toBe(true);
    const bodies = Map.groupBy(receiver.at('/crash'), ({ id }) => id);
    expect(bodies.size).toBe(SOME);
    for (const sent of bodies.values()) expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    await forget(endpoint);
  }, 240_000);

  it('are bounded and tried again whatever a receiver does, and others do not wait for it', async () => {
    const chunk = Buffer.alloc(1024 ** 2);
    receiver.answers.set('/hangs', () => undefined);
    receiver.answers.set('/redirects', (response) => {
      response.writeHead(302, { location: `http://${receiver.host}/elsewhere` }).end();
    });
    receiver.answers.set('/pours', (response) => {
      const pour = (): void => {
        if (response.destroyed) return;
        if (response.write(chunk)) setImmediate(pour);
        else response.once('drain', pour);
      };
      pour();
    });
    const endpoints = [];
    for (const path of ['/hangs', '/redirects', '/pours', '/well'])
      endpoints.push(await listen(path, ['task.cancelled']));
    const [hangs, redirects, pours, well] = endpoints as [Endpoint, Endpoint, Endpoint, Endpoint];
    for (let i = 0; i < 3; i++) await cancelOne();
    await eventually(() => receiver.at('/well').length === 3);
    await delivered(pours, 3);
    await eventually(async () => (await deliveriesOf(hangs)).some(({ tries }) => tries.length > 0));
    const given = (await deliveriesOf(hangs)).flatMap(({ tries }) => tries);
    expect(given[0]).toMatchObject({ status: null, error: { code: 'webhook_timeout' } });
    expect(given[0]?.ms).toBeLessThan(30_000);
    await eventually(async () => (await deliveriesOf(redirects)).some(({ attempts }) => attempts > 1));
    const redirected = (await deliveriesOf(redirects)).flatMap(({ tries }) => tries);
    expect(redirected[0]).toMatchObject({ status: 302, error: { code: 'webhook_redirected' } });
    expect(receiver.at('/elsewhere')).toEqual([]);
    for (const endpoint of [hangs, redirects, pours, well]) await forget(endpoint);
  }, 240_000);

  it('end for a receiver that answers 410, with a reason that the others are told', async () => {
    receiver.answers.set('/gone', (response) => void response.writeHead(410).end());
    const gone = await listen('/gone', ['task.cancelled']);
    const other = await listen('/other', ['webhook_endpoint.disabled']);
    await cancelOne();
    await eventually(() => receiver.at('/other').length === 1);
    const shown = (await (await system.client.request(`${HOOKS}/${gone.id}`)).json()) as Endpoint;
    expect([shown.enabled, shown.disabledReason?.code]).toEqual([false, 'webhook_gone']);
    expect(receiver.at('/other')).toMatchObject([
      { type: 'webhook_endpoint.disabled', isGenuine: true, data: { endpoint: { id: gone.id } } },
    ]);
    await forget(other);
  });

  it('are sent as a test, and again when asked to', async () => {
    const endpoint = await listen('/again', ['task.failed']);
    const test = await system.client.request(`${HOOKS}/${endpoint.id}/test`, { method: 'POST' });
    const { id } = (await test.json()) as Delivery;
    await eventually(async () => (await deliveriesOf(endpoint))[0]?.state === 'succeeded');
    await system.client.request(`${HOOKS}/${endpoint.id}/deliveries/${id}/redeliver`, { method: 'POST' });
    await eventually(() => receiver.at('/again').length === 2);
    expect(receiver.at('/again').map((one) => [one.id, one.type])).toEqual([
      [id, 'webhook_endpoint.test'],
      [id, 'webhook_endpoint.test'],
    ]);
    await forget(endpoint);
  });
});
