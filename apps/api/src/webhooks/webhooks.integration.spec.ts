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
}, 60_000);
afterAll(async () => {
  await Promise.all(apis.map((api) => api.stop()));
  await Promise.all(databases.map((database) => database.close()));
  await fresh.drop();
});

const send = async (url: string, payload: object, guid: string): Promise<string> => {
  const body = JSON.stringify(payload);
  const answer = await fetch(`${url}/v1/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': guid,
      'x-hub-signature-256': signatureOf(body),
    },
  });
  const { state } = (await answer.json()) as { state: string };
  return `${String(answer.status)} ${state}`;
};

const rows = async (text: string) => databases[0]!.rows<{ id: string }>({ text });

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
    expect(answers.filter((answer) => answer === '202 received')).toHaveLength(1);
    expect(answers.filter((answer) => answer === '202 duplicate')).toHaveLength(19);
    const after = await rows('SELECT "id" FROM "InboundDelivery"');
    expect(after.length - before.length).toBe(1);
  });

  it('has each replay in the audit log', async () => {
    expect(await rows(`SELECT "id" FROM "AuditEntry" WHERE "reason" = 'replayed'`)).toHaveLength(38);
  });
});
