import { CommanderError } from 'commander';
import { Context, type CommonOptions } from './context.ts';
import { EXIT, type ExitCode, Interrupted, usageError } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { reportOf } from './report-error.ts';
import { readEnvironment } from './settings/environment.ts';
import { jsonText, safeText } from './terminal/safe-text.ts';
import { Terminal } from './terminal/terminal.ts';

/** For what many write at first. */
const hintFor = ({ code }: CommanderError, [name]: readonly string[]): string =>
  code === 'commander.excessArguments' && name === 'run'
    ? 'Put the description into quotes: drydock run "fix the failing test"\n'
    : '';

/** Runs one command line. @returns what the process ends with. */
export const runCli = async (argv: readonly string[], version: string): Promise<ExitCode> => {
  const environment = readEnvironment();
  const terminal = new Terminal(environment);
  // Whoever reads the result may have enough of it: `drydock list | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    process.stderr.write(`error: standard output takes nothing more: ${error.message}\n`);
    process.exit(EXIT.failed);
  });
  // Nobody reads what is said about it: that is no reason to end the work.
  process.stderr.on('error', () => undefined);
  const end = argv.indexOf('--');
  const [words, rest] = end === -1 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
  const isJson = words.includes('--json');
  let exitCode: ExitCode = EXIT.ok;
  let complaint = '';
  const program = createProgram(version, {
    writeErr: (text) => {
      complaint += text;
    },
    run: async (work, { name, args, options }) => {
      if (rest.length > 0 && name !== 'run')
        throw usageError(
          `--: only \`drydock run\` takes a command after it. Leave out: -- ${rest.join(' ')}`,
        );
      const context = new Context(terminal, environment, options as CommonOptions);
      exitCode = await work(context, { args, options, rest });
    },
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    terminal.endStatus();
    // Help and version end this way too.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    // `drydock` and `drydock keys` alone ask what there is.
    if (error instanceof CommanderError && error.code === 'commander.help' && words[0] !== 'help') {
      terminal.print(complaint.trimEnd());
      return EXIT.ok;
    }
    const { exitCode: code, ...body } = reportOf(error);
    if (isJson) process.stderr.write(`${jsonText({ error: body })}\n`);
    else if (error instanceof CommanderError) process.stderr.write(complaint + hintFor(error, words));
    else if (body.message !== '' && !(error instanceof Interrupted && error.isSaid))
      terminal.say(`${terminal.err.red('error:')} ${safeText(body.message)}`);
    return code;
  }
};
