import { Command } from 'commander';
import type { Act, Register, Work } from './commands/act.ts';
import { registerApply } from './commands/apply.ts';
import { registerArtifacts } from './commands/artifacts.ts';
import { registerCancel } from './commands/cancel.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerDiff } from './commands/diff.ts';
import { registerDoctor } from './commands/doctor.ts';
import { EXAMPLES, examplesText } from './commands/examples.ts';
import { registerKeys } from './commands/keys.ts';
import { registerList } from './commands/list.ts';
import { registerLogin } from './commands/login.ts';
import { registerLogs } from './commands/logs.ts';
import { registerRetry } from './commands/retry.ts';
import { registerRun } from './commands/run.ts';
import { registerShow } from './commands/show.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';

/** The process's part of it. */
export interface Surroundings {
  /** Runs what a command does. */
  readonly run: (
    work: Work<readonly string[], unknown>,
    call: { readonly name: string; readonly args: readonly string[]; readonly options: unknown },
  ) => Promise<void>;
  /** Takes what there is to say of mistakes; default: standard error. */
  readonly writeErr?: (text: string) => void;
}

/** In the groups and the order of the help. */
const COMMANDS: Readonly<Record<string, readonly Register[]>> = {
  'Tasks:': [registerRun, registerList, registerShow, registerLogs, registerCancel, registerRetry],
  'Results:': [registerDiff, registerApply, registerArtifacts],
  'Set-up:': [registerLogin, registerKeys, registerDoctor, registerCompletion],
};

const EXIT_HELP = Object.entries(EXIT_MEANINGS).map(([code, meaning]) => `  ${code.padEnd(4)} ${meaning}`);

const SETTINGS_HELP = [
  '  DRYDOCK_URL        address of the API; before what `drydock login` kept',
  '  DRYDOCK_API_KEY    API key; before what `drydock login` kept',
  '  DRYDOCK_GIT_TOKEN  token for the clone and the pull request of `run` and `retry`',
  '  NO_COLOR           no colours',
];

const describe = (program: Command, version: string): Command =>
  program
    .name('drydock')
    .description('Give work to coding agents that run in sandboxes of your own, and take back patches')
    .version(version)
    .showHelpAfterError('`--help` shows what there is.')
    .exitOverride()
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', ['', 'Exit codes:', ...EXIT_HELP, '', 'Environment:', ...SETTINGS_HELP].join('\n'));

const showExamples = (command: Command, path: readonly string[]): void => {
  const text = examplesText(EXAMPLES[path.join(' ')] ?? []);
  if (text !== '') command.addHelpText('after', text);
  for (const each of command.commands) showExamples(each, [...path, each.name()]);
};

/** The whole command line, as it is parsed, documented and completed. */
export const createProgram = (version: string, { run, writeErr }: Surroundings): Command => {
  const program = describe(new Command(), version);
  // Before there are subcommands, which inherit it.
  if (writeErr) program.configureOutput({ writeErr });
  const act: Act = (command, work) => {
    command
      .optionsGroup('Options:')
      .option('--json', 'print the result as JSON, errors too')
      .option('--url <url>', 'address of the API')
      .action(async (...given: unknown[]) => {
        // After the arguments come the options and the command itself.
        const args = given.slice(0, -2).map((value) => (typeof value === 'string' ? value : ''));
        const call = { name: command.name(), args, options: command.opts() };
        await run(work as unknown as Work<readonly string[], unknown>, call);
      });
  };
  for (const [group, registers] of Object.entries(COMMANDS)) {
    program.commandsGroup(group);
    for (const register of registers) register(program, act);
  }
  program.commandsGroup('Help:').helpCommand('help [command]', 'show the help of a command');
  showExamples(program, []);
  return program;
};
