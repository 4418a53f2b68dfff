import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { anEnd, claimed, openSession, submitted } from '@drydock/engine/testing';
import { PgAttemptStore } from './pg-attempt-store.ts';
import { Sealer } from './sealer.ts';
import { usePgStores, type PgStores } from './testing/pg-stores.ts';

const TOKEN = 'ghp_canary_0123456789';

describe('what PostgreSQL keeps', () => {
  const make = usePgStores();
  let stores: PgStores;
  beforeEach(async () => {
    stores = await make();
  });

  const secrets = async (): Promise<number> => stores.database.prisma((prisma) => prisma.secret.count());
  const dump = async (): Promise<string> => {
    const tables = await stores.database.rows<{ name: string }>({
      text: `SELECT table_name AS "name" FROM information_schema.tables WHERE table_schema = 'public'`,
    });
    const texts = tables.map(({ name }) =>
      stores.database.rows<{ row: string }>({ text: `SELECT "${name}"::text AS "row" FROM "${name}"` }),
    );
    return JSON.stringify(await Promise.all(texts));
  };

  it('holds no token in the clear, in no table, in no encoding', async () => {
    const source = { git: { url: 'https://github.com/acme/shop.git', token: TOKEN } };
    await submitted(stores, await stores.addTeam(), { source }, { sourceToken: TOKEN });
    expect(await secrets()).toBe(1);
    const text = await dump();
    expect(text).toContain('acme/shop');
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain(Buffer.from(TOKEN).toString('hex'));
  });

  it('loses the token with the end of the task: finished, cancelled, or lost for good', async () => {
    const teamId = await stores.addTeam();
    const withToken = () => submitted(stores, teamId, {}, { sourceToken: TOKEN });
    await stores.tasks.cancel(teamId, (await withToken()).id);
    expect(await secrets()).toBe(0);
    const session = await openSession(stores);
    await withToken();
    await stores.attempts.finish((await claimed(stores, session)).fence, anEnd('changed'));
    expect(await secrets()).toBe(0);
    const { id } = await withToken();
    await claimed(stores, session);
    await stores.tasks.cancel(teamId, id);
    await stores.endLease(session);
    await stores.sessions.sweep();
    expect(await secrets()).toBe(0);
  });

  it('keeps the token for a delivery that is still to come', async () => {
    const teamId = await stores.addTeam();
    const { id } = await submitted(stores, teamId, {}, { sourceToken: TOKEN });
    const delivery = { id: 'dlv_1', taskId: id, teamId, kind: 'pull_request', state: 'pending' };
    await stores.database.prisma((prisma) => prisma.delivery.create({ data: delivery }));
    const { fence } = await claimed(stores, await openSession(stores));
    await stores.attempts.finish(fence, anEnd('changed'));
    expect(await secrets()).toBe(1);
    expect((await stores.tasks.get(teamId, id))?.deliveries).toEqual([
      { id: 'dlv_1', kind: 'pull_request', state: 'pending', error: null, url: null },
    ]);
  });

  it('ends an attempt whose token was sealed with another key, instead of keeping it', async () => {
    const teamId = await stores.addTeam();
    const { id } = await submitted(stores, teamId, {}, { sourceToken: TOKEN });
    const session = await openSession(stores);
    const other = new PgAttemptStore(stores.database, new Sealer(randomBytes(32)));
    await expect(other.claimNext(session)).rejects.toMatchObject({ code: 'config_error' });
    expect((await stores.sessions.heartbeat(session, { draining: false })).owned).toEqual([]);
    expect(await stores.tasks.get(teamId, id)).toMatchObject({
      ...{ status: 'queued', attempts: [{ outcome: 'infrastructure' }] },
    });
  });
});
