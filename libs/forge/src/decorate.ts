import type { GithubCalls } from './github-calls.ts';
import { refusalIn } from './github-refusal.ts';

type Put = (names: readonly string[]) => Promise<unknown>;

/** Puts on all at once; when GitHub refuses the list for one of them, each alone. @returns those that it does not take. */
const putKnown = async (names: readonly string[], put: Put): Promise<readonly string[]> => {
  if (names.length === 0) return [];
  try {
    await put(names);
    return [];
  } catch (error) {
    if (refusalIn(error)?.status !== 422) throw error;
    if (names.length === 1) return names;
  }
  const refused: string[] = [];
  for (const name of names) refused.push(...(await putKnown([name], put)));
  return refused;
};

export const decorate = async (
  calls: GithubCalls,
  number: number,
  { labels, reviewers }: { readonly labels: readonly string[]; readonly reviewers: readonly string[] },
): Promise<{ readonly unknown: readonly string[] }> => {
  const unknownLabels = await calls.run((client, request) =>
    putKnown(labels, (names) =>
      client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
        ...calls.repo,
        issue_number: number,
        labels: [...names],
        request,
      }),
    ),
  );
  const unknownPeople = await calls.run((client, request) =>
    putKnown(reviewers, (names) =>
      client.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
        ...calls.repo,
        pull_number: number,
        reviewers: [...names],
        request,
      }),
    ),
  );
  return { unknown: [...unknownLabels, ...unknownPeople] };
};
