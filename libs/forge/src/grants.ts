import type { ForgePurpose } from '@drydock/engine';

type Level = 'read' | 'write';
/** Names as GitHub's API has them. */
export interface Permissions {
  readonly metadata: Level;
  readonly contents?: Level;
  readonly pull_requests?: Level;
  readonly issues?: Level;
  readonly checks?: Level;
  readonly workflows?: 'write';
}

const DELIVER = { metadata: 'read', contents: 'write', pull_requests: 'write', checks: 'write' } as const;

/** The least that each purpose needs: tokens are minted with exactly this, and the App's manifest is made from it. */
export const PERMISSIONS = {
  read: { metadata: 'read', contents: 'read' },
  deliver: DELIVER,
  deliver_workflows: { ...DELIVER, workflows: 'write' },
  converse: { metadata: 'read', contents: 'read', issues: 'write', pull_requests: 'write' },
} as const satisfies Record<ForgePurpose, Permissions>;

/** What Drydock wants to be told of: triggers, and what is said on its pull requests. */
export const EVENTS = [
  'issues',
  'issue_comment',
  'pull_request_review',
  'pull_request_review_comment',
] as const;

const RANK = { read: 1, write: 2 } as const;

/** All that the purposes need together, of each the most. */
export const permissionsOf = (purposes: readonly ForgePurpose[]): Permissions => {
  const all: Permissions[] = purposes.map((purpose) => PERMISSIONS[purpose]);
  const merged: Partial<Record<keyof Permissions, Level>> = {};
  for (const [name, level] of all.flatMap((one) => Object.entries(one) as [keyof Permissions, Level][])) {
    const known = merged[name];
    if (known === undefined || RANK[level] > RANK[known]) merged[name] = level;
  }
  return merged as Permissions;
};
