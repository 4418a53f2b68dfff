import { expect, it } from '@jest/globals';
import type { Task } from '@drydock/sdk';
import { Drydock } from '@drydock/sdk/node';
import { Context } from '../context.ts';
import { Interrupted } from '../exit-codes.ts';
import { readEnvironment } from '../settings/environment.ts';
import { Terminal } from '../terminal/terminal.ts';
import { awaitDelivery } from './await-delivery.ts';

it('ends by Ctrl-C while the pull request is still to come', async () => {
  const environment = readEnvironment();
  const context = new Context(new Terminal(environment), environment, { json: true });
  const client = new Drydock({ baseUrl: 'http://api.example', apiKey: 'dk_a_b' });
  const task = { id: 'task_1', deliveries: [{ state: 'pending', error: null }] } as unknown as Task;
  const stop = new AbortController();
  const ended = awaitDelivery(context, { client, task }, stop.signal);
  stop.abort(new Interrupted());
  await expect(ended).rejects.toBeInstanceOf(Interrupted);
});
