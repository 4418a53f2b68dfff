import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { repositoryIdFrom, type TeamId } from '@drydock/domain';
import type { NewRepository, RepositoryForge, RepositoryStore } from '../ports/repository-store.ts';

export interface RepositoryStoreUnderTest {
  readonly repositories: RepositoryStore;
  readonly addTeam: () => Promise<TeamId>;
}

let made = 0;
/** Larger than 32 bits hold. */
const BIG = 5_000_000_000;

/** Acme's shop of a team, with every trigger off. */
export const aRepository = (teamId: TeamId, forge: Partial<RepositoryForge> = {}): NewRepository => ({
  id: repositoryIdFrom(++made, randomBytes(16)),
  teamId,
  forge: {
    owner: 'Acme',
    name: 'Shop',
    enabled: true,
    triggers: { label: false, comment: false, assignment: false, mention: false },
    labels: [],
    base: null,
    allowedPaths: [],
    limits: {},
    workflowEdits: false,
    ...forge,
  },
});

const keeping = (store: () => RepositoryStoreUnderTest): void => {
  it('keeps what it is given, and finds it by its name in any case', async () => {
    const { repositories, addTeam } = store();
    const wanted = aRepository(await addTeam(), {
      triggers: { label: true, comment: false, assignment: false, mention: true },
      labels: ['good first issue'],
      base: 'main',
      allowedPaths: ['src/*'],
      limits: { maxCostUsd: 1.5 },
      workflowEdits: true,
    });
    const created = await repositories.create(wanted);
    expect(created).toEqual({
      ...wanted,
      forgeId: null,
      createdAt: expect.any(Date),
      updatedAt: created.createdAt,
    });
    expect(await repositories.get(wanted.teamId, wanted.id)).toEqual(created);
    expect(await repositories.find({ owner: 'acme', name: 'SHOP' })).toEqual(created);
    expect(await repositories.find({ owner: 'acme', name: 'shop2' })).toBeNull();
  });

  it('takes a name once, whoever asks for it', async () => {
    const { repositories, addTeam } = store();
    const first = await repositories.create(aRepository(await addTeam()));
    const again = aRepository(await addTeam(), { owner: 'ACME', name: 'shop' });
    await expect(repositories.create(again)).rejects.toMatchObject({ code: 'repository_taken' });
    expect(await repositories.find(first.forge)).toEqual(first);
    expect(await repositories.remove(first.teamId, first.id)).toBe(true);
    expect((await repositories.create(again)).teamId).toBe(again.teamId);
  });

  it('finds one by the number that the code host gave it, once that is known', async () => {
    const { repositories, addTeam } = store();
    const first = await repositories.create(aRepository(await addTeam()));
    const other = await repositories.create(aRepository(await addTeam(), { name: 'other' }));
    expect(await repositories.findByForgeId(BIG)).toBeNull();
    await repositories.noteForgeId(first.id, BIG);
    const known = { ...first, forgeId: BIG };
    expect(await repositories.findByForgeId(BIG)).toEqual(known);
    await repositories.noteForgeId(first.id, BIG + 1);
    await repositories.noteForgeId(other.id, BIG);
    expect(await repositories.findByForgeId(BIG)).toEqual(known);
    expect(await repositories.find(other.forge)).toEqual(other);
  });

  it('is called otherwise when it is told so, unless another has that name', async () => {
    const { repositories, addTeam } = store();
    const first = await repositories.create(aRepository(await addTeam()));
    await repositories.create(aRepository(await addTeam(), { name: 'other' }));
    expect(await repositories.rename(first.id, { owner: 'acme', name: 'Other' })).toBeNull();
    const name = { owner: 'Globex', name: 'Store' };
    const renamed = await repositories.rename(first.id, name);
    expect(renamed).toMatchObject({ id: first.id, teamId: first.teamId, forge: { ...first.forge, ...name } });
    expect(await repositories.find({ owner: 'globex', name: 'store' })).toEqual(renamed);
    expect(await repositories.find(first.forge)).toBeNull();
  });

  it('knows whether a team is the only one', async () => {
    const { repositories, addTeam } = store();
    const first = await addTeam();
    expect(await repositories.isOnlyTeam(first)).toBe(true);
    const second = await addTeam();
    expect(await repositories.isOnlyTeam(first)).toBe(false);
    expect(await repositories.isOnlyTeam(second)).toBe(false);
  });

  it('knows when there is no such team', async () => {
    const orphan = aRepository('team_nobody' as TeamId);
    await expect(store().repositories.create(orphan)).rejects.toMatchObject({ code: 'not_found' });
  });
};

const changing = (store: () => RepositoryStoreUnderTest): void => {
  it('changes what it is told to: each trigger by itself, lists and limits whole', async () => {
    const { repositories, addTeam } = store();
    const triggers = { label: true, comment: false, assignment: false, mention: false };
    const forge = { triggers, labels: ['a', 'b'], limits: { cpus: 1, pids: 64 } };
    const { id, teamId, ...rest } = await repositories.create(aRepository(await addTeam(), forge));
    const changed = await repositories.change(teamId, id, {
      triggers: { comment: true },
      labels: ['c'],
      limits: { cpus: 2 },
      base: 'next',
    });
    expect(changed?.forge).toEqual({
      ...rest.forge,
      triggers: { ...triggers, comment: true },
      labels: ['c'],
      limits: { cpus: 2 },
      base: 'next',
    });
    expect(changed?.updatedAt.getTime()).toBeGreaterThanOrEqual(rest.updatedAt.getTime());
    expect(await repositories.change(teamId, id, { base: null })).toMatchObject({ forge: { base: null } });
    expect(await repositories.get(teamId, id)).toMatchObject({ forge: { labels: ['c'], base: null } });
    for (const enabled of [false, true])
      expect(await repositories.change(teamId, id, { enabled })).toMatchObject({
        forge: { enabled, labels: ['c'] },
      });
    await repositories.change(teamId, id, { enabled: false });
    expect(await repositories.change(teamId, id, { base: 'x' })).toMatchObject({ forge: { enabled: false } });
  });

  it('loses none of two changes at the same time', async () => {
    const { repositories, addTeam } = store();
    const { id, teamId } = await repositories.create(aRepository(await addTeam()));
    const names = ['label', 'comment', 'assignment', 'mention'] as const;
    await Promise.all(names.map((name) => repositories.change(teamId, id, { triggers: { [name]: true } })));
    expect((await repositories.get(teamId, id))?.forge.triggers).toEqual({
      label: true,
      comment: true,
      assignment: true,
      mention: true,
    });
  });
};

const belonging = (store: () => RepositoryStoreUnderTest): void => {
  it('is closed to other teams', async () => {
    const { repositories, addTeam } = store();
    const mine = await repositories.create(aRepository(await addTeam()));
    const other = await addTeam();
    expect(await repositories.get(other, mine.id)).toBeNull();
    expect(await repositories.change(other, mine.id, { base: 'x' })).toBeNull();
    expect(await repositories.remove(other, mine.id)).toBe(false);
    expect((await repositories.list(other, { limit: 10 })).items).toEqual([]);
    expect(await repositories.get(mine.teamId, mine.id)).toEqual(mine);
    expect(await repositories.remove(mine.teamId, mine.id)).toBe(true);
    expect(await repositories.remove(mine.teamId, mine.id)).toBe(false);
  });

  it('pages, newest first', async () => {
    const { repositories, addTeam } = store();
    const teamId = await addTeam();
    const all = [];
    for (const name of ['a', 'b', 'c']) all.unshift(await repositories.create(aRepository(teamId, { name })));
    const first = await repositories.list(teamId, { limit: 2 });
    expect(first).toEqual({ items: all.slice(0, 2), next: all[1]?.id });
    const second = await repositories.list(teamId, { limit: 2, cursor: first.next ?? undefined });
    expect(second).toEqual({ items: all.slice(2), next: null });
  });
};

/** Promises of `RepositoryStore`, for every adapter of it. */
export const repositoryStoreContract = (
  name: string,
  make: () => Promise<RepositoryStoreUnderTest>,
): void => {
  describe(`RepositoryStore contract: ${name}`, () => {
    let store: RepositoryStoreUnderTest;
    beforeEach(async () => {
      store = await make();
    });
    keeping(() => store);
    changing(() => store);
    belonging(() => store);
  });
};
