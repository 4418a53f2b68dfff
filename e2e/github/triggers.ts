import { expect } from '@jest/globals';
import { eventually, type IssueState } from '@drydock/testing';
import { query } from '../system/teams.ts';
import type { Sent } from './people.ts';
import type { Shop } from './shop.ts';

/** What the model does with whatever it is told: it writes `b.txt`. */
export const WRITES_B = {
  turns: [
    {
      when: { step: 1 },
      toolCalls: [{ name: 'write_file', arguments: { path: 'b.txt', content: 'two\n' } }],
    },
    { when: {}, toolCalls: [{ name: 'finish', arguments: { summary: 'Wrote b.txt.' } }] },
  ],
};

/** Every trigger switched on. */
export const ALL_TRIGGERS = { label: true, comment: true, assignment: true, mention: true };

/** As the App is called. */
const APP = 'drydock[bot]';

/** How a webhook ended that was sent. */
export const settled = ({ system }: Shop, { inbound }: Pick<Sent, 'inbound'>) => {
  const text = `SELECT state, reason, "taskId" FROM "InboundDelivery" WHERE id = $1 AND state <> 'received'`;
  return eventually(async () => (await query(system, text, [inbound]))[0], {
    lastSeen: () => system.workers.map(({ output }) => output.slice(-2_000)),
  });
};

/** @returns the task's id. */
export const startedBy = async (shop: Shop, sent: Sent): Promise<string> => {
  const { state, reason, taskId } = await settled(shop, sent);
  expect([sent.status, sent.state, state, reason]).toEqual([202, 'received', 'accepted', 'started']);
  return String(taskId);
};

export const taskCount = async ({ system }: Shop): Promise<unknown> =>
  (await query(system, 'SELECT count(*)::int AS n FROM "Task"'))[0]?.['n'];

/** What the agent was told. */
export const descriptionOf = async ({ system }: Shop, id: string): Promise<string> => {
  const text = `SELECT request->>'description' AS description FROM "Task" WHERE id = $1`;
  return String((await query(system, text, [id]))[0]?.['description']);
};

/** Lines of the audit log about an issue or a pull request, oldest first. */
export const auditOf = (
  { system, repository }: Pick<Shop, 'system' | 'repository'>,
  { number }: IssueState,
) =>
  query(system, 'SELECT actor, action, reason FROM "AuditEntry" WHERE subject = $1 ORDER BY id', [
    `${repository.fullName}#${String(number)}`,
  ]);

/** What Drydock has said there. */
export const ownComments = ({ comments }: IssueState, self = APP): string[] =>
  comments.filter(({ author }) => author === self).map(({ body }) => body);

/** @param target - `issue 4` or `comment 12`. */
export const reactionsOn = ({ repository }: Pick<Shop, 'repository'>, target: string, self = APP): string[] =>
  repository.reactions
    .filter(({ on, author }) => on === target && author === self)
    .map(({ content }) => content);

/** Until Drydock has said that there. */
export const untilSaid = (issue: IssueState, words: string, self = APP): Promise<unknown> =>
  eventually(() => ownComments(issue, self).some((body) => body.includes(words)), {
    lastSeen: () => ownComments(issue, self),
  });
