import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { FakeArtifactStore } from '../testing/fake-artifact-store.ts';
import { FakeRetentionStore } from '../testing/fake-retention-store.ts';
import { Retention, type RetainedThing, type RetentionRules } from './retention.ts';

const DAY_MS = 86_400_000;
const RULES: RetentionRules = {
  logEventsMs: 7 * DAY_MS,
  filesMs: 90 * DAY_MS,
  filesMaxBytes: null,
  orphanGraceMs: 3_600_000,
  sessionsMs: 7 * DAY_MS,
  webhooksMs: 30 * DAY_MS,
  auditMs: 400 * DAY_MS,
  mirrorsMs: 14 * DAY_MS,
  mirrorsMaxBytes: null,
};

describe('Retention', () => {
  let artifacts: FakeArtifactStore;
  let store: FakeRetentionStore;
  let removed: Partial<Record<RetainedThing, number>>;
  let failed: RetainedThing[];
  let trims: number;
  beforeEach(() => {
    [artifacts, store] = [new FakeArtifactStore(), new FakeRetentionStore()];
    [removed, failed, trims] = [{}, [], 0];
  });

  const trim = async () => {
    trims += 1;
    return { entries: 2, abandoned: 1, bytes: 0 };
  };
  const retention = (rules: Partial<RetentionRules> = {}, cache = { trim }): Retention =>
    new Retention({
      store,
      artifacts,
      cache,
      webhooks: { deleteSettled: async ({ olderThanMs }) => olderThanMs / DAY_MS },
      instanceId: async () => 'inst_a',
      rules: { ...RULES, ...rules },
      figures: {
        retentionRemoved: (thing, count) => void (removed[thing] = count),
        retentionFailed: (thing) => failed.push(thing),
      },
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    });
  const stored = async (id: string): Promise<void> => {
    async function* bytes() {
      yield await Promise.resolve(Buffer.from('x'));
    }
    for (const name of ['input.zip', 'attempts/1/agent.log'])
      await artifacts.put(`tasks/${id}/${name}`, bytes(), { signal: new AbortController().signal });
  };
  const old = () =>
    store.addTask({
      status: 'failed',
      endedMsAgo: 100 * DAY_MS,
      events: ['log', 'log'],
      artifacts: { '1/agent.log': 1 },
      zipBytes: 1,
    });

  it('removes what is past its time, and counts it', async () => {
    const ids = [await old(), await old()];
    for (const id of ids) await stored(id);
    await store.addIdempotencyKey(2 * DAY_MS);
    await store.addSession(8 * DAY_MS);
    await store.addAuditEntry(401 * DAY_MS);
    await retention().runOnce();
    expect(removed).toEqual({
      half_written: 0,
      mirrors: 3,
      log_events: 4,
      files_by_age: 2,
      orphans: 0,
      idempotency_keys: 1,
      sessions: 1,
      webhooks: 30,
      audit: 1,
      secrets: 0,
    });
    expect(failed).toEqual([]);
    expect([...artifacts.contents.keys()]).toEqual(['instance']);
  });

  it('keeps for ever what has no bound', async () => {
    const id = await old();
    await stored(id);
    const kept = { logEventsMs: null, filesMs: null, sessionsMs: null, webhooksMs: null, auditMs: null };
    await retention(kept).runOnce();
    expect(Object.keys(removed).sort()).toEqual([
      'half_written',
      'idempotency_keys',
      'mirrors',
      'orphans',
      'secrets',
    ]);
    expect(await store.look(id)).toMatchObject({ logsDeleted: false, filesDeleted: false });
    expect(artifacts.contents.size).toBe(3);
  });

  it('goes by size, until the rest fits', async () => {
    for (let i = 0; i < 5; i++) await stored(await old());
    await retention({ filesMs: null, filesMaxBytes: 4 }).runOnce();
    expect(removed.files_by_size).toBe(3);
    expect(artifacts.contents.size).toBe(1 + 2 * 2);
  });

  it('goes on with the other steps when some fail', async () => {
    await old();
    store.failure = new AppError('service_unavailable', 'away');
    artifacts.removeHalfWritten = () => Promise.reject(new AppError('store_failed', 'EACCES'));
    const cache = { trim: () => Promise.reject(new Error('ENOSPC')) };
    await retention({ filesMaxBytes: 1 }, cache).runOnce();
    expect(failed).toEqual([
      'half_written',
      'mirrors',
      'log_events',
      'files_by_age',
      'files_by_size',
      'orphans',
      'idempotency_keys',
      'sessions',
      'audit',
      'secrets',
    ]);
    expect(removed).toEqual({ webhooks: 30 });
  });

  it('leaves files that cannot be removed to the sweep of orphans, withdrawn all the same', async () => {
    const ids = [await old(), await old()];
    for (const id of ids) await stored(id);
    artifacts.age('', DAY_MS);
    const remove = artifacts.remove.bind(artifacts);
    artifacts.remove = (key) =>
      key === `tasks/${ids[0] ?? ''}` ? Promise.reject(new AppError('store_failed', 'EIO')) : remove(key);
    await retention().runOnce();
    expect(removed).toMatchObject({ files_by_age: 2, orphans: 2 });
    expect([...artifacts.contents.keys()]).toEqual(['instance']);
    expect(failed).toEqual([]);
  });

  it('looks after its own host while another worker looks after the fleet', async () => {
    const id = await old();
    store.isHeld = true;
    await retention().runOnce();
    expect(removed).toEqual({ half_written: 0, mirrors: 3 });
    expect(await store.look(id)).toMatchObject({ logsDeleted: false });
  });

  it('begins nothing once it is stopped', async () => {
    await old();
    const one = retention();
    one.stop();
    await one.runOnce();
    expect([removed, trims]).toEqual([{}, 0]);
  });
});
