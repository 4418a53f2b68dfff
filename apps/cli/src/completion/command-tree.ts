import type { Command } from 'commander';

/** A command line as completions need it. */
export interface Completed {
  /** Words after `drydock`: `['keys', 'list']`; none: the command itself. */
  readonly path: readonly string[];
  readonly subcommands: readonly { readonly name: string; readonly description: string }[];
  readonly flags: readonly CompletedFlag[];
  /** The only values of its arguments; none: any. */
  readonly values: readonly string[];
}
export interface CompletedFlag {
  readonly long: string;
  readonly short: string | null;
  readonly description: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** The only values that do; none: any. */
  readonly choices: readonly string[];
}

const flagsOf = (command: Command): CompletedFlag[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map((option) => ({
      long: option.long ?? '',
      short: option.short ?? null,
      description: option.description,
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
    }));

/** The command and all below it, each once. */
export const commandTree = (command: Command, path: readonly string[] = []): Completed[] => {
  const below = command.commands;
  const own: Completed = {
    path,
    subcommands: below.map((each) => ({ name: each.name(), description: each.description() })),
    flags: flagsOf(command),
    values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
  return [own, ...below.flatMap((each) => commandTree(each, [...path, each.name()]))];
};
