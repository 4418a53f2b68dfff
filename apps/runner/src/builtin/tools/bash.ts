import type { JobContext } from '../../jobs/job-context.ts';
import { runProgram, type ProgramEnd } from '../../process/run-program.ts';
import { integerArgument, stringArgument } from './arguments.ts';
import { CapturedOutput } from './captured-output.ts';
import { ToolError, type Tool } from './tool.ts';

const DEFAULT_SECONDS = 120;
const MAX_SECONDS = 600;
const KILL_AFTER_MS = 1000;

/** Programs that would wait for somebody to page, type or watch. */
const QUIET = {
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  MANPAGER: 'cat',
  LESS: '-FRX',
  TERM: 'dumb',
  EDITOR: 'true',
  GIT_EDITOR: 'true',
  GIT_TERMINAL_PROMPT: '0',
  DEBIAN_FRONTEND: 'noninteractive',
  PIP_PROGRESS_BAR: 'off',
  TQDM_DISABLE: '1',
  npm_config_progress: 'false',
};

const describeEnd = (end: ProgramEnd & { started: true }, timedOutAfter: number | null): string => {
  if (timedOutAfter !== null)
    return `[timed out after ${String(timedOutAfter)} s; the command and all it started were killed]`;
  return end.exitCode === null ? `[killed by ${String(end.signal)}]` : `[exit code ${String(end.exitCode)}]`;
};

const runBash = async (command: string, seconds: number, context: JobContext) => {
  const output = new CapturedOutput();
  const { groups, env, workspace: cwd } = context;
  const timeout: { timer?: NodeJS.Timeout; after: number | null } = { after: null };
  // One pipe for both streams keeps their lines in order
  const argv = ['bash', '-c', `exec 2>&1; ${command}`];
  const end = await runProgram(
    groups,
    { argv, cwd, env: { ...env, ...QUIET } },
    ({ stdout, stderr, pid }) => {
      stdout.on('data', (chunk: Buffer) => output.push(chunk));
      stderr.on('data', (chunk: Buffer) => output.push(chunk));
      timeout.timer = setTimeout(() => {
        timeout.after = seconds;
        if (pid !== undefined) groups.terminate(pid, KILL_AFTER_MS);
      }, seconds * 1000);
    },
  );
  clearTimeout(timeout.timer);
  if (!end.started) throw new ToolError(end.reason);
  const { text, truncatedBytes } = output.shown();
  const ending = describeEnd(end, timeout.after);
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  return {
    output: `${text}${separator}${ending}`,
    exitCode: timeout.after === null ? end.exitCode : null,
    truncatedBytes,
  };
};

export const bash: Tool = {
  name: 'bash',
  description:
    'Runs a bash command in the workspace, in a fresh shell without input. Gives its output (cut in the middle when long) and exit code. What is left running in the background is killed.',
  properties: {
    command: { type: 'string', description: 'The command; may have several lines.' },
    timeoutSeconds: {
      type: 'integer',
      description: `Default ${String(DEFAULT_SECONDS)}, at most ${String(MAX_SECONDS)}.`,
    },
  },
  required: ['command'],
  run: async (input, context) => {
    const command = stringArgument(input, 'command');
    if (command.trim() === '') throw new ToolError('The command is empty.');
    if (command.includes('\0')) throw new ToolError('The command holds a NUL character.');
    const bounds = { fallback: DEFAULT_SECONDS, least: 1, most: MAX_SECONDS };
    return runBash(command, integerArgument(input, 'timeoutSeconds', bounds), context);
  },
};
