/** What the process ends with; part of the command's promises. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One line each, for help and reference. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'Done; of a task: it ended as `changed` or `no_changes`.',
  1: 'The task failed or was cancelled, its pull request did not come about, the patch does not apply, or `doctor` found a problem.',
  2: 'The command line, the settings or the request is wrong: the message says what to change.',
  3: 'The API cannot be reached or does not work.',
  130: 'Interrupted by Ctrl-C. A task goes on unless Ctrl-C was pressed twice.',
};

/** Ends the command with a message for people. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** Stable, for `--json`. */
  readonly code: string;

  constructor(exitCode: ExitCode, code: string, message: string) {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
  }
}

export const usageError = (message: string): CliError => new CliError(EXIT.usage, 'usage', message);

/** The person pressed Ctrl-C. */
export class Interrupted extends CliError {
  /** Whether a person has been told already. */
  readonly isSaid: boolean;

  constructor(message = '', { isSaid = false } = {}) {
    super(EXIT.interrupted, 'interrupted', message);
    this.isSaid = isSaid;
  }
}
