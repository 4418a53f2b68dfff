import type { Argument, Command, Option } from 'commander';
import { EXAMPLES } from '../commands/examples.ts';
import { EXIT_MEANINGS } from '../exit-codes.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (head: readonly [string, string], rows: readonly (readonly [string, string])[]): string[] =>
  rows.length === 0
    ? []
    : [
        `| ${head.join(' | ')} |`,
        '| --- | --- |',
        ...rows.map(([left, right]) => `| ${cell(left)} | ${cell(right)} |`),
        '',
      ];

const defaultOf = ({ defaultValue }: Option): string =>
  typeof defaultValue === 'string' || typeof defaultValue === 'number'
    ? `; default \`${String(defaultValue)}\``
    : '';

const choicesOf = ({ argChoices }: Option | Argument): string =>
  argChoices === undefined ? '' : `: ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`;

const argumentRow = (argument: Argument): [string, string] => [
  `\`${argument.name()}\``,
  `${argument.description}${choicesOf(argument)}${argument.required ? '' : '; may be left out'}`,
];

const optionRow = (option: Option): [string, string] => [
  `\`${option.flags}\``,
  `${option.description}${choicesOf(option)}${defaultOf(option)}`,
];

const examplesOf = (path: readonly string[]): string[] => {
  const examples = EXAMPLES[path.slice(1).join(' ')] ?? [];
  if (examples.length === 0) return [];
  const lines = examples.flatMap(({ what, line }) => [`# ${what}`, line]);
  return ['```sh', ...lines, '```', ''];
};

const section = (command: Command, parents: readonly string[]): string[] => {
  const path = [...parents, command.name()];
  const aliases = command.aliases().map((alias) => `\`${alias}\``);
  const usage = command.commands.length > 0 ? '<command>' : command.usage();
  return [
    `## ${path.join(' ')}`,
    '',
    `${command.description()}.${aliases.length > 0 ? ` Also: ${aliases.join(', ')}.` : ''}`,
    '',
    '```sh',
    `${path.join(' ')} ${usage}`,
    '```',
    '',
    ...table(['argument', ''], command.registeredArguments.map(argumentRow)),
    ...table(['flag', ''], command.options.map(optionRow)),
    ...examplesOf(path),
    ...command.commands.flatMap((each) => section(each, path)),
  ];
};

/** docs/reference/cli.md: everything that the definitions of the commands say. */
export const cliReference = (program: Command): string =>
  [
    '# The `drydock` command',
    '',
    'Made by `npm run gen` of the definitions in `apps/cli`. `npm run build` makes `dist/cli.mjs`; `npm link` puts it into',
    'your PATH as `drydock`.',
    '',
    'Results go to standard output, all that is said about them to standard error. With `--json` the result is one JSON',
    'value (`logs`: one event a line), and an error is `{"error": {"code", "message"}}` on standard error.',
    '',
    ...table(
      ['exit code', ''],
      Object.entries(EXIT_MEANINGS).map(([code, meaning]) => [code, meaning]),
    ),
    ...table(
      ['setting', ''],
      [
        ['`DRYDOCK_URL`', 'address of the API; before what `drydock login` kept. `--url` goes before both'],
        ['`DRYDOCK_API_KEY`', 'API key; before what `drydock login` kept'],
        ['`DRYDOCK_GIT_TOKEN`', 'token for the clone and the pull request of `run` and `retry`'],
        ['`NO_COLOR`', 'no colours; there are none where the output is no terminal'],
        ['`XDG_CONFIG_HOME`', 'where `drydock/config.json` is kept; `~/.config` without it'],
      ],
    ),
    ...program.commands.flatMap((command) => section(command, ['drydock'])),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
