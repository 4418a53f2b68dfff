import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDatabase, PgAuditLog, PgInboundStore } from '@drydock/persistence';
import { freshDatabase, type FreshDatabase } from '@drydock/testing';
import { ApiUnderTest } from '../testing/api-under-test.ts';
import { LABELED, signatureOf } from '../testing/signed-webhook.ts';

type Database = ReturnType<typeof connectDatabase>;

let fresh: FreshDatabase;
const databases: Database[] = [];
const apis: ApiUnderTest[] = [];
const urls: string[] = [];
beforeAll(async () => {
  fresh = await freshDatabase();
  // Two apis that share nothing but the database.
  for (const name of ['one', 'two']) {
    const database = connectDatabase({ url: fresh.url, poolSize: 10, applicationName: `spec-${name}` });
    const inbound = new PgInboundStore(database);
    const api = await ApiUnderTest.start({}, {}, { inbound, audit: new PgAuditLog(database) });
    databases.push(database);
    apis.push(api);
    urls.push(await api.listen());
  }
});
afterAll(async () => {
  await Promise.all(apis.map((api) => api.stop()));
  await Promise.all(databases.map((database) => database.close()));
  await fresh.drop();
});

/** Again for as long as the api says to come again: a machine that is busy with other specs may not answer in time. */
const send = async (url: string, payload: object, guid: string): Promise<string> => {
  const answer = await sendOnce(url, payload, guid);
  if (answer.status === 503) return send(url, payload, guid);
  const { state } = (await answer.json()) as { state: string };
  return `${String(answer.status)} ${state}`;
};

const sendOnce = (url: string, payload: object, guid: string): Promise<Response> => {
  const body = JSON.stringify(payload);
  return fetch(`${url}/v1/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': guid,
      'x-hub-signature-256': signatureOf(body),
    },
  });
};

const rows = async (text: string) => databases[0]!.rows<{ id: string }>({ text });

let duplicates = 0;

describe('the same webhook, ten times in parallel at two apis', () => {
  it.each<[string, () => string]>([
    [
      'under one id',
      (
        (guid) => () =>
          guid
      )(randomUUID()),
    ],
    ['under ids of their own', () => randomUUID()],
  ])('%s is one row', async (what, guid) => {
    const payload = { ...LABELED, issue: { ...LABELED.issue, number: what.length } };
    const before = await rows('SELECT "id" FROM "InboundDelivery"');
    const answers = await Promise.all(
      Array.from({ length: 10 }).flatMap(() => urls.map((url) => send(url, payload, guid()))),
    );
    const received = answers.filter((answer) => answer === '202 received');
    // None, if its answer was the one that did not come in time.
    expect(received.length).toBeLessThanOrEqual(1);
    expect(answers.filter((answer) => answer === '202 duplicate')).toHaveLength(20 - received.length);
    duplicates += 20 - received.length;
    const after = await rows('SELECT "id" FROM "InboundDelivery"');
    expect(after.length - before.length).toBe(1);
  });

  it('has each replay in the audit log', async () => {
    const replays = await rows(`SELECT "id" FROM "AuditEntry" WHERE "reason" = 'replayed'`);
    expect(duplicates).toBeGreaterThanOrEqual(38);
    expect(replays.length).toBeGreaterThanOrEqual(duplicates);
  });
});
