import type { Evidence, Violation } from '../evidence.ts';
import { deliveredOf } from '../rows.ts';

const RULE = 'pull-requests';

/** What was delivered has one pull request, the one that it names, of the commit that is on its branch; there is no other. */
export const pullRequestsRule = (evidence: Evidence): Violation[] => {
  const { branches, pulls } = evidence.codeHost;
  const delivered = deliveredOf(evidence);
  const wanted = new Set(delivered.map(({ branch }) => branch));
  const tips = new Map(branches.map(({ name, commits }) => [name, commits.at(-1)?.sha]));
  const problemOf = ({ delivery, branch }: (typeof delivered)[number]): string | null => {
    const own = pulls.filter(({ head }) => head === branch);
    const [pull] = own;
    if (pull === undefined || own.length > 1)
      return `was delivered, and has ${String(own.length)} pull requests`;
    if (pull.url !== delivery.url) return `says ${String(delivery.url)} of its pull request ${pull.url}`;
    const tip = tips.get(branch);
    return tip === undefined || pull.headCommit === tip ? null : 'has a pull request of another commit';
  };
  return [
    ...delivered.flatMap((each) => {
      const message = problemOf(each);
      return message === null ? [] : [{ rule: RULE, taskId: each.task.id, message }];
    }),
    ...pulls
      .filter(({ head }) => !wanted.has(head))
      .map(({ url, head }) => ({
        rule: RULE,
        taskId: null,
        message: `nothing was delivered to ${head}: ${url}`,
      })),
  ];
};
