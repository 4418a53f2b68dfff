import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, TcpRelay } from '@drydock/testing';
import pg from 'pg';
import { appendEvents } from '../sdk/append-events.ts';
import { startCuttingProxy } from '../sdk/cutting-proxy.ts';
import { startSystem, type System } from '../system/start-system.ts';
import { ended, Person } from './run-command.ts';

let system: System;
let database: pg.Client;
let person: Person;

beforeAll(async () => {
  system = await startSystem({ workers: 0 });
  database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
  person = await Person.of(system);
});
afterAll(async () => {
  await person.leave();
  await database.end();
  await system.stop();
});

const submit = async (): Promise<string> =>
  (await person.succeed(['run', 'x', '--git', `${system.gitUrl}/none.git`, '-d', '--', 'true'])).trim();

describe('drydock logs -f over a bad network', () => {
  it('says once that the connection is lost, goes on where it was, and says that too', async () => {
    const id = await submit();
    const relay = await TcpRelay.toUrl(system.url);
    const child = person.start(['logs', '-f', id, '--url', relay.through(system.url)]);
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const end = ended(child);
    await appendEvents(database, id, { count: 1, text: 'before' });
    await eventually(() => out.includes('before'));
    relay.cut();
    await eventually(() => err.includes('The connection was lost; trying again.'));
    await appendEvents(database, id, { count: 1, text: 'after' });
    relay.restore();
    await eventually(() => out.includes('after'));
    await system.client.request(`/v1/tasks/${id}/cancel`, { method: 'POST' });
    expect(await end).toMatchObject({ code: 1 });
    expect(out.match(/before|after/g)).toEqual(['before', 'after']);
    expect(err.match(/was lost|Connected again/g)).toEqual(['was lost', 'Connected again']);
    await relay.close();
  });

  it('prints every event once although connections break all the time', async () => {
    const id = await submit();
    await appendEvents(database, id, { count: 2_000, text: 'line' });
    await system.client.request(`/v1/tasks/${id}/cancel`, { method: 'POST' });
    let connections = 0;
    const proxy = await startCuttingProxy(system.url, () => 5_000 + ((connections++ * 7_919) % 40_000));
    // The last question is for how the task ended: it may meet a cut too, and is asked again.
    const { stdout } = await person.run(['logs', '-f', id, '--json', '--url', proxy.url]);
    const seqs = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, at) => at + 1));
    expect(seqs.length).toBeGreaterThan(2_000);
    expect(proxy.cuts).toBeGreaterThan(5);
    await proxy.close();
  });
});
