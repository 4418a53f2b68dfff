import type { FrozenTrigger } from '@drydock/contracts';
import { AppError } from '@drydock/domain';
import type { Forge, RepositoryFacts } from '../ports/forge.ts';
import type { RepositoryRecord, RepositoryStore } from '../ports/repository-store.ts';

interface Asked {
  readonly repositories: Pick<RepositoryStore, 'find' | 'findByForgeId' | 'rename'>;
  readonly forge: Pick<Forge, 'token' | 'open'>;
}

/** Null: the credential of the installation sees no such repository. */
const factsOf = async (
  { forge }: Asked,
  { repository }: FrozenTrigger,
  signal: AbortSignal,
): Promise<RepositoryFacts | null> => {
  try {
    const token = await forge.token(repository, 'converse', { own: null, signal });
    return token === null ? null : await forge.open(repository, token, signal).facts();
  } catch (error) {
    if (error instanceof AppError && error.code === 'forge_repository_not_found') return null;
    throw error;
  }
};

/**
 * The repository that a trigger is about, also when it was set up under the name that it had before: its number stays. The
 * code host is asked whether that is so, the event is not believed. @throws AppError as the code host does.
 */
export const knownRepository = async (
  ports: Asked,
  trigger: FrozenTrigger,
  signal: AbortSignal,
): Promise<RepositoryRecord | null> => {
  const { id, owner, name } = trigger.repository;
  const byName = await ports.repositories.find({ owner, name });
  if (byName !== null) return byName;
  const before = await ports.repositories.findByForgeId(id);
  if (before === null) return null;
  const facts = await factsOf(ports, trigger, signal);
  const isRenamed =
    facts?.forgeId === id && facts.fullName.toLowerCase() === `${owner}/${name}`.toLowerCase();
  return isRenamed ? ports.repositories.rename(before.id, { owner, name }) : null;
};
