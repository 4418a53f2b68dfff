import type { Places } from './places.ts';
import type { TeamKey } from './teams.ts';

/** Has the repository of each team be its own at Drydock too, as an operator does it. The api must answer. */
export const lendRepositories = async (
  apiUrl: string,
  { codeHost, adminKey }: Places,
  teams: readonly TeamKey[],
): Promise<void> => {
  for (const { teamId, name: team } of teams) {
    const { owner, name } = codeHost.repositoryOf(team);
    const forge = { owner, name, triggers: { label: true, comment: true } };
    const answer = await fetch(`${apiUrl}/v1/repositories`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ teamId, forge }),
    });
    if (answer.status !== 201)
      throw new Error(`${owner}/${name} was not taken: ${String(answer.status)} ${await answer.text()}`);
  }
};
