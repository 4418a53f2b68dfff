import type { Completed, CompletedFlag } from './command-tree.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const wordsOf = ({ subcommands, flags, values }: Completed): string =>
  [
    ...values,
    ...subcommands.map(({ name }) => name),
    ...flags.flatMap(({ long, short }) => (short === null ? [long] : [long, short])),
  ].join(' ');
const keyOf = ({ path }: Completed): string => path.join(' ');

/** Arms of a `case` for flags whose value is not free. */
const valueArms = (tree: readonly Completed[]): string[] => {
  const flags = tree.flatMap((each) => each.flags).filter(({ choices }) => choices.length > 0);
  return [...new Map(flags.map((flag) => [flag.long, flag])).values()].map(
    ({ long, short, choices }) =>
      `    ${[long, short].filter((name) => name !== null).join('|')}) COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$current")); return ;;`,
  );
};

const PATHS = '-C|--dir|-f|--file|-o|--output';

export const bashScript = (tree: readonly Completed[]): string =>
  [
    '# drydock completion for bash: source <(drydock completion bash)',
    '_drydock() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" at=""',
    '  local word next',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    next="${at:+$at }$word"',
    `    case "$next" in ${tree
      .slice(1)
      .map((each) => quoted(keyOf(each)))
      .join('|')}) at="$next" ;; esac`,
    '  done',
    '  case "$before" in',
    ...valueArms(tree),
    `    ${PATHS}) COMPREPLY=($(compgen -f -- "$current")); return ;;`,
    '  esac',
    '  case "$at" in',
    ...tree.map(
      (each) =>
        `    ${quoted(keyOf(each))}) COMPREPLY=($(compgen -W ${quoted(wordsOf(each))} -- "$current")) ;;`,
    ),
    '  esac',
    '}',
    // Where there is nothing of ours, such as for a command after --, names of files.
    'complete -o default -F _drydock drydock',
    '',
  ].join('\n');

const zshEscaped = (text: string): string => text.replaceAll(/([[\]:\\])/g, '\\$1');

const zshFlag = ({ long, short, description, takesValue, choices }: CompletedFlag): string[] => {
  const value = takesValue ? (choices.length > 0 ? `:value:(${choices.join(' ')})` : ':value:_files') : '';
  const names = short === null ? [long] : [long, short];
  return names.map((name) => quoted(`*${name}[${zshEscaped(description)}]${value}`));
};

const zshArm = (each: Completed): string => {
  const flags = each.flags.flatMap(zshFlag).join(' ');
  const names = each.subcommands.map(({ name, description }) => quoted(`${name}:${zshEscaped(description)}`));
  const below = names.length > 0 ? `local -a names=(${names.join(' ')}); _describe command names; ` : '';
  const values = each.values.length > 0 ? ` ':value:(${each.values.join(' ')})'` : '';
  return `    ${quoted(keyOf(each))}) ${below}_arguments ${flags}${values} ;;`;
};

export const zshScript = (tree: readonly Completed[]): string =>
  [
    '#compdef drydock',
    '# drydock completion for zsh: drydock completion zsh > "${fpath[1]}/_drydock"',
    '_drydock() {',
    '  local at="" word next',
    '  integer place=1 last=1',
    '  for word in "${(@)words[2,CURRENT-1]}"; do',
    '    (( place++ ))',
    '    next="${at:+$at }$word"',
    `    case "$next" in (${tree
      .slice(1)
      .map((each) => quoted(keyOf(each)))
      .join('|')}) at="$next" last=$place ;; esac`,
    '  done',
    // As if the subcommand were the command: its arguments are counted from there.
    '  words=("${(@)words[last,-1]}")',
    '  (( CURRENT -= last - 1 ))',
    '  case "$at" in',
    ...tree.map(zshArm),
    '  esac',
    '}',
    // In a file of `fpath` this is read at the first use, and has to answer it; else it only makes itself known.
    'if [ "$funcstack[1]" = "_drydock" ]; then _drydock "$@"; else compdef _drydock drydock; fi',
    '',
  ].join('\n');

const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const fishLines = (each: Completed): string[] => {
  const { path, subcommands, flags, values } = each;
  const names = subcommands.map(({ name }) => name).join(' ');
  const inside = path.map((name) => `__fish_seen_subcommand_from ${name}`);
  const notBelow = names === '' ? [] : [`not __fish_seen_subcommand_from ${names}`];
  const isHere = [...inside, ...notBelow].join('; and ');
  const condition = isHere === '' ? '' : ` -n ${fishQuoted(isHere)}`;
  return [
    ...subcommands.map(
      ({ name, description }) =>
        `complete -c drydock -f${condition} -a ${name} -d ${fishQuoted(description)}`,
    ),
    ...(values.length > 0 ? [`complete -c drydock -f${condition} -a ${fishQuoted(values.join(' '))}`] : []),
    ...flags.map(({ long, short, description, takesValue, choices }) =>
      [
        `complete -c drydock${condition} -l ${long.slice(2)}`,
        ...(short === null ? [] : [`-s ${short.slice(1)}`]),
        ...(takesValue ? ['-r'] : []),
        ...(choices.length > 0 ? [`-f -a ${fishQuoted(choices.join(' '))}`] : []),
        `-d ${fishQuoted(description)}`,
      ].join(' '),
    ),
  ];
};

export const fishScript = (tree: readonly Completed[]): string =>
  [
    '# drydock completion for fish: drydock completion fish > ~/.config/fish/completions/drydock.fish',
    ...tree.flatMap(fishLines),
    '',
  ].join('\n');
