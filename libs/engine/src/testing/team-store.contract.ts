import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiKeyId, TeamId } from '@drydock/domain';
import type { ApiKeyStore } from '../ports/api-key-store.ts';
import type { NewKey, TeamSettings, TeamStore } from '../ports/team-store.ts';

export interface TeamStoreUnderTest {
  readonly teams: TeamStore;
  /** Of the same truth. */
  readonly keys: ApiKeyStore;
}

const SETTINGS: TeamSettings = { name: 'Harbour', weight: 3, maxConcurrent: 4, maxQueued: null };
const NOBODY = 'team_nobody' as TeamId;

const aKey = (id: string, rest: Partial<NewKey> = {}): NewKey => ({
  id: id as ApiKeyId,
  sha256: `hash of ${id}`,
  scopes: ['tasks:read'],
  requestsPerSecond: null,
  expiresAt: null,
  ...rest,
});

const teamContract = (store: () => TeamStoreUnderTest): void => {
  it('keeps what it is given, and changes only what it is told to', async () => {
    const { teams } = store();
    const team = await teams.create('team_a' as TeamId, SETTINGS);
    expect(team).toEqual({ ...SETTINGS, id: 'team_a', createdAt: expect.any(Date) });
    expect(await teams.get(team.id)).toEqual(team);
    const changed = await teams.change(team.id, { maxConcurrent: null, maxQueued: 7 });
    expect(changed).toEqual({ ...team, maxConcurrent: null, maxQueued: 7 });
    expect(await teams.change(team.id, {})).toEqual(changed);
    expect(await teams.get(team.id)).toEqual(changed);
  });

  it('pages through all teams by id', async () => {
    const { teams } = store();
    const ids = ['team_a', 'team_b', 'team_c'] as TeamId[];
    for (const id of ids.toReversed()) await teams.create(id, SETTINGS);
    const first = await teams.list({ limit: 2 });
    expect([first.items.map(({ id }) => id), first.next]).toEqual([ids.slice(0, 2), 'team_b']);
    const second = await teams.list({ limit: 2, cursor: first.next ?? undefined });
    expect([second.items.map(({ id }) => id), second.next]).toEqual([ids.slice(2), null]);
  });

  it('knows when there is no such team', async () => {
    const { teams } = store();
    expect(await teams.get(NOBODY)).toBeNull();
    expect(await teams.change(NOBODY, { weight: 2 })).toBeNull();
    expect(await teams.keys(NOBODY)).toBeNull();
    expect(await teams.addKey(NOBODY, aKey('key1'))).toBeNull();
    expect(await teams.revokeKey(NOBODY, 'key1' as ApiKeyId)).toBe(false);
  });
};

const keyContract = (store: () => TeamStoreUnderTest): void => {
  it('makes keys that open the team, newest first, without their hashes', async () => {
    const { teams, keys } = store();
    const { id } = await teams.create('team_a' as TeamId, SETTINGS);
    await teams.addKey(id, aKey('key1'));
    const unlike = {
      scopes: ['admin'],
      requestsPerSecond: 9,
      expiresAt: new Date('2030-01-02T03:04:05Z'),
    } as const;
    await teams.addKey(id, aKey('key2', unlike));
    const listed = await teams.keys(id);
    const common = { createdAt: expect.any(Date), revokedAt: null };
    expect(listed).toEqual([
      { id: 'key2', ...unlike, ...common },
      { id: 'key1', scopes: ['tasks:read'], requestsPerSecond: null, expiresAt: null, ...common },
    ]);
    expect(await keys.find('key2')).toEqual({
      ...aKey('key2', unlike),
      teamId: id,
      revokedAt: null,
    });
  });

  it('revokes a key for good, keeps the time of the first word, and leaves keys of other teams alone', async () => {
    const { teams, keys } = store();
    const { id } = await teams.create('team_a' as TeamId, SETTINGS);
    const other = await teams.create('team_b' as TeamId, SETTINGS);
    const key = aKey('key1');
    await teams.addKey(id, key);
    expect(await teams.revokeKey(other.id, key.id)).toBe(false);
    expect(await keys.find(key.id)).toMatchObject({ revokedAt: null });
    expect(await teams.revokeKey(id, key.id)).toBe(true);
    const revoked = await teams.keys(id);
    expect(revoked).toMatchObject([{ revokedAt: expect.any(Date) }]);
    expect(await keys.find(key.id)).toMatchObject({ revokedAt: revoked?.[0]?.revokedAt });
    expect(await teams.revokeKey(id, key.id)).toBe(true);
    expect(await teams.keys(id)).toEqual(revoked);
  });
};

/** Promises of `TeamStore`, for every adapter of it. */
export const teamStoreContract = (name: string, make: () => Promise<TeamStoreUnderTest>): void => {
  describe(`TeamStore contract: ${name}`, () => {
    let store: TeamStoreUnderTest;
    beforeEach(async () => {
      store = await make();
    });
    teamContract(() => store);
    keyContract(() => store);
  });
};
