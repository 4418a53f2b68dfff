import type { CodeHostEvidence, Evidence, TaskEvidence, Violation } from '../evidence.ts';
import { deliveredOf } from '../rows.ts';

const RULE = 'branches';

type Branch = CodeHostEvidence['branches'][number];

const problemOf = ({ baseCommit, resultTree }: TaskEvidence, branches: readonly Branch[]): string | null => {
  const [branch] = branches;
  if (branch === undefined || branches.length > 1)
    return `was delivered, and has ${String(branches.length)} branches`;
  const [commit] = branch.commits;
  if (commit === undefined || branch.commits.length > 1)
    return `has ${String(branch.commits.length)} commits on its branch`;
  if (commit.parents.join() !== baseCommit) return 'has a commit that is not on its base';
  return commit.tree === resultTree ? null : `has a commit with the tree ${commit.tree}`;
};

/** What was delivered is one branch of one commit on the base, with the tree of the patch; there is no branch besides. */
export const branchesRule = (evidence: Evidence): Violation[] => {
  const { branches } = evidence.codeHost;
  const delivered = deliveredOf(evidence);
  const wanted = new Set(delivered.map(({ branch }) => branch));
  return [
    ...delivered.flatMap(({ task, branch }) => {
      const own = branches.filter(({ name }) => name === branch);
      const message = problemOf(task, own);
      return message === null ? [] : [{ rule: RULE, taskId: task.id, message }];
    }),
    ...branches
      .filter(({ name }) => !wanted.has(name))
      .map(({ name }) => ({ rule: RULE, taskId: null, message: `nothing was delivered to ${name}` })),
  ];
};
