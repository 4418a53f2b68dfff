import { expect, it } from '@jest/globals';
import type { Task } from '@drydock/sdk';
import { Drydock } from '@drydock/sdk/node';
import { Context } from '../context.ts';
import { Interrupted } from '../exit-codes.ts';
import { readEnvironment } from '../settings/environment.ts';
import { Terminal } from '../terminal/terminal.ts';
import { awaitDelivery, isDelivered } from './await-delivery.ts';

const taskWith = (state: string, outcome = 'changed'): Task =>
  ({ id: 'task_1', outcome, deliveries: [{ state, error: null }] }) as unknown as Task;

const contextForJson = (): Context => {
  const environment = readEnvironment();
  return new Context(new Terminal(environment), environment, { json: true });
};

const clientOf = (fetch: (request: Request) => Promise<Response>): Drydock =>
  new Drydock({ baseUrl: 'http://api.example', apiKey: 'dk_a_b', retry: { maxRetries: 0 }, fetch });

it('ends by Ctrl-C while the pull request is still to come', async () => {
  const client = clientOf(() => Promise.resolve(Response.json(taskWith('pending'))));
  const stop = new AbortController();
  const ended = awaitDelivery(contextForJson(), { client, task: taskWith('pending') }, stop.signal);
  stop.abort(new Interrupted());
  await expect(ended).rejects.toBeInstanceOf(Interrupted);
});

it('waits on for the pull request while the API is away', async () => {
  let calls = 0;
  const client = clientOf(() =>
    calls++ === 0
      ? Promise.reject(new TypeError('fetch failed'))
      : Promise.resolve(Response.json(taskWith('succeeded'))),
  );
  const task = await awaitDelivery(
    contextForJson(),
    { client, task: taskWith('pending') },
    new AbortController().signal,
  );
  expect(isDelivered(task)).toBe(true);
});

it('misses no pull request where nothing changed', () => {
  expect(isDelivered(taskWith('failed'))).toBe(false);
  expect(isDelivered(taskWith('failed', 'no_changes'))).toBe(true);
});
