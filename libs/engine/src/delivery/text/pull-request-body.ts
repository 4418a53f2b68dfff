import type { TaskId, Usage } from '@drydock/domain';
import type { PatchStat, VerifyOutcome } from '../../ports/task-record.ts';
import { capText, cleanLine, neutral, quoted } from './neutral-text.ts';

/** GitHub takes 65,536 characters. */
const MOST = 60_000;
/** Twice that once it is quoted and neutral. */
const SUMMARY_MOST = 12_000;
const COMMAND_MOST = 200;
const COMMANDS_MOST = 50;

export interface BodyParts {
  readonly taskId: TaskId;
  /** Where people see the task; null: nowhere that is known. */
  readonly taskUrl: string | null;
  /** The agent's own words; null: it said nothing. */
  readonly summary: string | null;
  readonly description: string;
  readonly diffstat: PatchStat | null;
  readonly verify: readonly VerifyOutcome[];
  readonly usage: Usage;
  readonly closes: number | null;
  /** How many commits of the base branch the pull request lacks. */
  readonly behind: { readonly commits: number; readonly branch: string };
}

/** `1 file`, `2 files`. */
export const count = (number: number, thing: string): string =>
  `${number.toLocaleString('en-US')} ${thing}${number === 1 ? '' : 's'}`;

/** Somebody's words in one line of code. */
export const code = (text: string): string =>
  `\`${neutral(capText(cleanLine(text), COMMAND_MOST)).replaceAll('`', "'")}\``;

const verifyLine = ({ command, exitCode, seconds }: VerifyOutcome): string => {
  const end = exitCode === null ? 'did not end' : `exit code ${String(exitCode)}`;
  return `- ${exitCode === 0 ? '✅' : '❌'} ${code(command)}: ${end}, ${seconds.toFixed(1)} s`;
};

/** How the change was verified. */
export const verifyPart = (verify: readonly VerifyOutcome[]): string => {
  if (verify.length === 0) return 'Nothing was verified: the task has no verify commands.';
  const left = verify.length - COMMANDS_MOST;
  return [
    'Verified in a fresh container, on the base with this change:',
    '',
    ...verify.slice(0, COMMANDS_MOST).map(verifyLine),
    ...(left > 0 ? [`- and ${count(left, 'more command')}`] : []),
  ].join('\n');
};

/** What a task used, in one line. */
export const usagePart = (usage: Usage): string => {
  const cost = usage.costUsd === null ? 'price unknown' : `$${usage.costUsd.toFixed(4)}`;
  return (
    `${count(usage.modelCalls, 'model call')}, ${count(usage.inputTokens, 'input token')}, ` +
    `${count(usage.outputTokens, 'output token')}, ${cost}, ${usage.agentSeconds.toFixed(0)} s of agent time.`
  );
};

const behindPart = ({ commits, branch }: BodyParts['behind']): string | null =>
  commits === 0
    ? null
    : `This branch is ${count(commits, 'commit')} behind ${code(branch)}: it starts from the commit that the task was given.`;

const taskPart = ({ taskId, taskUrl, diffstat }: BodyParts): string => {
  const task = taskUrl === null ? code(taskId) : `[${taskId}](${taskUrl})`;
  if (diffstat === null) return `Made by Drydock in ${task}.`;
  const { files, insertions, deletions } = diffstat;
  return `Made by Drydock in ${task}: ${count(files, 'file')}, +${String(insertions)} −${String(deletions)}.`;
};

/** What a reviewer wants to know. All that others wrote is quoted, capped and neutral; `Closes` is ours alone. */
export const pullRequestBody = (parts: BodyParts): string => {
  const own = [
    verifyPart(parts.verify),
    usagePart(parts.usage),
    behindPart(parts.behind),
    taskPart(parts),
    parts.closes === null ? null : `Closes #${String(parts.closes)}`,
  ].filter((part) => part !== null);
  return capText([quoted(parts.summary ?? parts.description, SUMMARY_MOST), ...own].join('\n\n'), MOST);
};
