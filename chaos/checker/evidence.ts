import type { AttemptOutcome, Outcome, Status } from '@drydock/domain';

/** What a run of the suite is judged by. All times are milliseconds since 1970 by the one clock of the host. */

/** Label that every submitted task carries, with the submission's id: so a task is known also when its 202 was lost. */
export const SUBMISSION_LABEL = 'chaos';

/** What a patch must be, beyond parsing: the exact text, or one that the source of a regular expression matches. */
export type ExpectedPatch = { readonly exact: string } | { readonly pattern: string };

/**
 * One wish of a client, written down before it is sent. With a key it may be sent again, without one it never is; a wish that
 * comes by way of the code host has no key and is told as often as may be.
 */
export interface Submission {
  /** Value of `SUBMISSION_LABEL`; of a wish at the code host its issue: `north/app#3`. */
  readonly id: string;
  readonly key: string | null;
  readonly teamId: string;
  /** Name of the kind of task, for the report. */
  readonly kind: string;
  readonly firstSentAt: number;
  /** Outcomes that are right when no fault hits the task. */
  readonly expected: readonly Outcome[];
  /** Asked of the patch of `changed`; null: any patch that parses will do. */
  readonly expectPatch: ExpectedPatch | null;
  /** A pull request is asked for. */
  readonly delivers: boolean;
}

/** One 202 that a client received. A submission sent again has several, all with the same task. */
export interface Accepted {
  readonly submissionId: string;
  readonly taskId: string;
  readonly answeredAt: number;
}

/** One 202 to a webhook: from then on the wish that it tells of is the installation's to fulfil. */
export interface Triggered {
  readonly submissionId: string;
  readonly answeredAt: number;
}

/** One fault. The death of a worker is one whatever it died of: a signal, a crash point or a poisonous task. */
export interface FaultRecord {
  readonly id: string;
  readonly kind: string;
  /** A worker's id, or `all` when no worker was spared. Of other faults no attempt takes notice: `api`, `code host`. */
  readonly target: string;
  readonly startedAt: number;
  /** Equal to `startedAt` for what takes no time. */
  readonly endedAt: number;
  /** Ends of attempts that this fault excuses: `lost` for a kill, `handed_back` for a drain, none for a FLUSHALL. */
  readonly mayEnd: readonly AttemptOutcome[];
  /** By how much the target's clock was wrong meanwhile; 0 for every other fault. */
  readonly clockShiftMs: number;
  /** The target could not reach PostgreSQL meanwhile. */
  readonly hidesDatabase: boolean;
}

export interface TaskEvidence {
  readonly id: string;
  readonly teamId: string;
  readonly status: Status;
  readonly outcome: Outcome | null;
  readonly errorCode: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly hasVerify: boolean;
  readonly currentAttempt: number;
  readonly lastSeq: number;
  readonly cancelRequested: boolean;
  readonly usage: UsageEvidence;
  readonly zipSha256: string | null;
  readonly baseCommit: string | null;
  readonly resultTree: string | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly logsDeletedAt: number | null;
  readonly filesDeletedAt: number | null;
}

export interface UsageEvidence {
  readonly modelCalls: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** Null: unknown. */
  readonly costUsd: number | null;
}

export interface AttemptEvidence {
  readonly taskId: string;
  readonly number: number;
  readonly workerId: string;
  readonly sessionId: string;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly outcome: AttemptOutcome | null;
  readonly errorCode: string | null;
}

export interface EventEvidence {
  readonly taskId: string;
  readonly seq: number;
  readonly attempt: number | null;
  readonly type: string;
  readonly at: number;
  /** Null for the types that no rule looks into. */
  readonly payload: Readonly<Record<string, unknown>> | null;
}

export interface ArtifactEvidence {
  readonly taskId: string;
  readonly attempt: number;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ModelCallEvidence extends Omit<UsageEvidence, 'modelCalls'> {
  readonly taskId: string;
  readonly attempt: number;
  readonly callId: string;
}

export interface KeyEvidence {
  readonly teamId: string;
  readonly key: string;
  readonly taskId: string;
}

export interface SessionEvidence {
  readonly id: string;
  readonly workerId: string;
  readonly leaseUntil: number;
  readonly endedAt: number | null;
}

export interface DeliveryEvidence {
  readonly id: string;
  readonly taskId: string;
  readonly state: string;
  readonly errorCode: string | null;
  readonly url: string | null;
}

/** What became of one webhook that was kept. */
export interface InboundEvidence {
  readonly id: string;
  /** The issue that it is about: `north/app#3`. */
  readonly thread: string;
  readonly state: string;
  readonly reason: string | null;
  readonly taskId: string | null;
}

/** A task that was asked for in an issue, and whether all is told there. */
export interface TellingEvidence {
  readonly taskId: string;
  readonly thread: string;
  readonly isTold: boolean;
}

/** All rows, as one snapshot of the database shows them. */
export interface DatabaseEvidence {
  readonly readAt: number;
  readonly tasks: readonly TaskEvidence[];
  readonly attempts: readonly AttemptEvidence[];
  /** By task, then by `seq`. */
  readonly events: readonly EventEvidence[];
  readonly artifacts: readonly ArtifactEvidence[];
  readonly modelCalls: readonly ModelCallEvidence[];
  readonly keys: readonly KeyEvidence[];
  readonly sessions: readonly SessionEvidence[];
  readonly secrets: readonly { readonly taskId: string; readonly purpose: string }[];
  readonly deliveries: readonly DeliveryEvidence[];
  readonly inbound: readonly InboundEvidence[];
  readonly tellings: readonly TellingEvidence[];
}

export interface CommitEvidence {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly tree: string;
}

/** What Drydock has made at the code host, in all repositories. */
export interface CodeHostEvidence {
  /** Below `drydock/`, with the commits that the default branch lacks, oldest first. */
  readonly branches: readonly { readonly name: string; readonly commits: readonly CommitEvidence[] }[];
  readonly pulls: readonly { readonly head: string; readonly headCommit: string; readonly url: string }[];
  /** Issues, with what it has put there. */
  readonly threads: readonly {
    readonly id: string;
    readonly reactions: readonly string[];
    readonly comments: readonly string[];
  }[];
}

/** One file below the directory of the artifact store. */
export interface FileEvidence {
  /** Relative, with slashes: `tasks/<id>/attempts/<n>/<name>`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The text of a `diff.patch`, one character per byte; null for all other files. */
  readonly patch: string | null;
}

export const LEFTOVER_KINDS = [
  'container',
  'network',
  'volume',
  'mount',
  'workspace',
  'socket',
  'upload',
  'artifact',
  'mirror',
  'process',
] as const;

/** Something on the host that should be gone. */
export interface Leftover {
  readonly kind: (typeof LEFTOVER_KINDS)[number];
  /** What finds it: an id or a path, with what is known of its origin. */
  readonly name: string;
}

/**
 * Gathered in this order: all tasks are final and delivered, or the patience is at its end; `leftoversWithin` while the workers still
 * live, because they are to clean up; the workers are ended; database and files are read.
 */
export interface Evidence {
  readonly submissions: readonly Submission[];
  readonly accepted: readonly Accepted[];
  readonly triggered: readonly Triggered[];
  readonly faults: readonly FaultRecord[];
  readonly database: DatabaseEvidence;
  readonly files: readonly FileEvidence[];
  readonly codeHost: CodeHostEvidence;
  readonly leftovers: readonly Leftover[];
}

/** A promise that did not hold. */
export interface Violation {
  /** Name of the rule, stable: a test of a broken build looks for it. */
  readonly rule: string;
  readonly taskId: string | null;
  readonly message: string;
}

/** Pure: the same evidence gives the same violations. */
export type Rule = (evidence: Evidence) => Violation[];
