import { expect, it } from '@jest/globals';
import { Drydock } from './drydock.ts';

let calls = 0;
const client = new Drydock({
  baseUrl: 'http://api.example',
  apiKey: 'dk_a_b',
  fetch: async () => {
    calls++;
    return Response.json({ items: [], next: null });
  },
});
const { tasks, deliveries, repositories, webhookEndpoints, installation } = client;
const signal = AbortSignal.abort(new Error('enough'));
const end = { signal };

/** Every method of the library, called with a signal that has aborted. */
const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  'tasks.create': () => tasks.create({ description: 'x' }, end),
  'tasks.get': () => tasks.get('t', end),
  'tasks.list': () => tasks.list({}, end).first(),
  'tasks.cancel': () => tasks.cancel('t', end),
  'tasks.retry': () => tasks.retry('t', {}, end),
  'tasks.events': () => tasks.events('t', end),
  'tasks.follow': () => tasks.follow('t', end).next(),
  'tasks.wait': () => tasks.wait('t', end),
  'tasks.diff': () => tasks.diff('t', end),
  'tasks.deliver': () => tasks.deliver('t', {}, end),
  'tasks.artifacts.list': () => tasks.artifacts.list('t', end),
  'tasks.artifacts.open': () => tasks.artifacts.open('t', 'agent.log', end),
  'tasks.artifacts.read': () => tasks.artifacts.read('t', 'agent.log', end),
  'deliveries.retry': () => deliveries.retry('d', {}, end),
  'repositories.list': () => repositories.list({}, end).first(),
  'repositories.create': () => repositories.create({ forge: { owner: 'acme', name: 'shop' } }, end),
  'repositories.get': () => repositories.get('r', end),
  'repositories.change': () => repositories.change('r', { forge: {} }, end),
  'repositories.delete': () => repositories.delete('r', end),
  'webhookEndpoints.list': () => webhookEndpoints.list({}, end).first(),
  'webhookEndpoints.create': () => webhookEndpoints.create({ url: 'https://a.example' }, end),
  'webhookEndpoints.get': () => webhookEndpoints.get('e', end),
  'webhookEndpoints.change': () => webhookEndpoints.change('e', {}, end),
  'webhookEndpoints.delete': () => webhookEndpoints.delete('e', end),
  'webhookEndpoints.rotateSecret': () => webhookEndpoints.rotateSecret('e', {}, end),
  'webhookEndpoints.test': () => webhookEndpoints.test('e', end),
  'webhookEndpoints.deliveries': () => webhookEndpoints.deliveries('e', {}, end).first(),
  'webhookEndpoints.redeliver': () => webhookEndpoints.redeliver('e', 'm', end),
  'installation.ready': () => installation.ready(end),
  'installation.workers': () => installation.workers(end),
  'installation.queue': () => installation.queue(end),
  'installation.teams': () => installation.teams(end).first(),
  'installation.createTeam': () => installation.createTeam({ name: 'x' }, end),
  'installation.team': () => installation.team('t', end),
  'installation.changeTeam': () => installation.changeTeam('t', {}, end),
  'installation.keys': () => installation.keys('t', end),
  'installation.createKey': () => installation.createKey('t', {}, end),
  'installation.revokeKey': () => installation.revokeKey('t', 'k', end),
};

const RESOURCES = {
  tasks,
  'tasks.artifacts': tasks.artifacts,
  deliveries,
  repositories,
  webhookEndpoints,
  installation,
};
const methods = Object.entries(RESOURCES).flatMap(([name, resource]) =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(resource))
    .filter((method) => method !== 'constructor')
    .map((method) => `${name}.${method}`),
);

it('is every method that there is', () => {
  expect(Object.keys(CALLS).sort()).toEqual(methods.sort());
});

it.each(Object.entries(CALLS))('ends %s before anything is asked for', async (_name, call) => {
  calls = 0;
  await expect(call()).rejects.toThrow('enough');
  expect(calls).toBe(0);
});
