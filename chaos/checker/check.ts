import type { Evidence, Rule, Violation } from './evidence.ts';
import { artifactFilesRule } from './rules/artifact-files.ts';
import { artifactsRule } from './rules/artifacts.ts';
import { attemptWritesRule } from './rules/attempt-writes.ts';
import { attemptsRule } from './rules/attempts.ts';
import { branchesRule } from './rules/branches.ts';
import { closedBooksRule } from './rules/closed-books.ts';
import { conversationsRule } from './rules/conversations.ts';
import { deliveriesRule } from './rules/deliveries.ts';
import { eventTimesRule } from './rules/event-times.ts';
import { explainedEndsRule } from './rules/explained-ends.ts';
import { finalStatesRule } from './rules/final-states.ts';
import { historyRule } from './rules/history.ts';
import { idempotencyKeysRule } from './rules/idempotency-keys.ts';
import { nothingLeftRule } from './rules/nothing-left.ts';
import { patchesRule } from './rules/patches.ts';
import { pullRequestsRule } from './rules/pull-requests.ts';
import { submissionsRule } from './rules/submissions.ts';
import { triggersRule } from './rules/triggers.ts';
import { usageRule } from './rules/usage.ts';

/** All of them; a rule has one name in its violations. */
export const RULES: readonly Rule[] = [
  submissionsRule,
  idempotencyKeysRule,
  finalStatesRule,
  explainedEndsRule,
  attemptsRule,
  attemptWritesRule,
  historyRule,
  eventTimesRule,
  artifactsRule,
  artifactFilesRule,
  patchesRule,
  usageRule,
  triggersRule,
  deliveriesRule,
  branchesRule,
  pullRequestsRule,
  conversationsRule,
  closedBooksRule,
  nothingLeftRule,
];

/** Judges a run by all rules. None: every promise held. */
export const check = (evidence: Evidence): Violation[] => RULES.flatMap((rule) => rule(evidence));
