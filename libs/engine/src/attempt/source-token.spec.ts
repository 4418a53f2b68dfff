import { describe, expect, it } from '@jest/globals';
import { AppError, Redactor, type TeamId } from '@drydock/domain';
import type { AttemptContext } from './attempt-context.ts';
import { sourceToken } from './source-token.ts';
import { HeldLease } from '../session/held-lease.ts';
import { FakeForge } from '../testing/fake-forge.ts';
import { FakeRepositoryStore } from '../testing/fake-repository-store.ts';
import { aRepository } from '../testing/repository-store.contract.ts';

const SHOP = 'https://github.com/acme/shop.git';

describe('the token that a source is read with', () => {
  const repositories = new FakeRepositoryStore();
  const contextWith = (own: string | null, forge: Pick<FakeForge, 'repositoryOf' | 'token'>) => {
    const redactor = new Redactor([]);
    const ports = { forge, repositories, telemetry: { log: { info: () => undefined } } };
    const held = new HeldLease(() => undefined);
    const context = {
      held,
      claim: { sourceToken: own, task: { id: 'task_1', teamId: 'ours' } },
      ports,
      redactor,
    };
    return context as unknown as AttemptContext;
  };

  it('is the own one of the task, which nobody else is asked about', async () => {
    const forge = new FakeForge();
    expect(await sourceToken(contextWith('own-token', forge), SHOP)).toBe('own-token');
    expect(forge.asked).toEqual([]);
  });

  it('is one for reading from the code host when the task has none, and is shown nowhere', async () => {
    const forge = new FakeForge();
    const context = contextWith(null, forge);
    expect(await sourceToken(context, SHOP)).toBe('forge-token');
    expect(forge.asked).toEqual([{ repository: { owner: 'acme', name: 'shop' }, purpose: 'read' }]);
    expect(context.redactor.mask('fatal: forge-token was refused')).toBe('fatal: [redacted] was refused');
  });

  it('is none for another host, without a credential, and where the installation has no access', async () => {
    const forge = new FakeForge();
    expect(await sourceToken(contextWith(null, forge), 'https://example.org/a.git')).toBeNull();
    forge.operatorToken = null;
    expect(await sourceToken(contextWith(null, forge), SHOP)).toBeNull();
    const token = () => Promise.reject(new AppError('forge_repository_not_found', 'Not installed there.'));
    const refusing = { repositoryOf: () => ({ owner: 'acme', name: 'shop' }), token };
    expect(await sourceToken(contextWith(null, refusing), SHOP)).toBeNull();
  });

  it('is none of ours where another team has set the repository up', async () => {
    const forge = new FakeForge();
    await repositories.create(aRepository('theirs' as TeamId, { owner: 'acme', name: 'theirs' }));
    await repositories.create(aRepository('ours' as TeamId, { owner: 'acme', name: 'ours' }));
    expect(await sourceToken(contextWith(null, forge), 'https://github.com/ACME/Theirs.git')).toBeNull();
    expect(await sourceToken(contextWith('own', forge), 'https://github.com/acme/theirs')).toBe('own');
    expect(await sourceToken(contextWith(null, forge), 'https://github.com/acme/ours')).toBe('forge-token');
  });

  it('is none of ours for what nobody has set up, once there is another team', async () => {
    const forge = new FakeForge();
    repositories.isOnlyTeam = () => Promise.resolve(false);
    expect(await sourceToken(contextWith(null, forge), SHOP)).toBeNull();
    expect(await sourceToken(contextWith(null, forge), 'https://github.com/acme/ours')).toBe('forge-token');
    repositories.isOnlyTeam = () => Promise.resolve(true);
  });

  it('waits for a database that is away', async () => {
    const find = repositories.find.bind(repositories);
    let asked = 0;
    repositories.find = (name) =>
      ++asked > 2 ? find(name) : Promise.reject(new AppError('service_unavailable', 'No answer.'));
    expect(await sourceToken(contextWith(null, new FakeForge()), SHOP)).toBe('forge-token');
    repositories.find = find;
  });

  it('is a fault of the source when the code host cannot be asked', async () => {
    for (const code of ['forge_unreachable', 'forge_rate_limited'] as const) {
      const token = () => Promise.reject(new AppError(code, 'Later.'));
      const away = { repositoryOf: () => ({ owner: 'acme', name: 'shop' }), token };
      await expect(sourceToken(contextWith(null, away), SHOP)).rejects.toMatchObject({
        code: 'source_unreachable',
      });
    }
  });
});
