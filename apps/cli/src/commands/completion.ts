import { Argument } from 'commander';
import { commandTree } from '../completion/command-tree.ts';
import { bashScript, fishScript, zshScript } from '../completion/shells.ts';
import { EXIT } from '../exit-codes.ts';
import type { Register } from './act.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
type Shell = keyof typeof SCRIPTS;
const SHELLS = Object.keys(SCRIPTS) as Shell[];

export const registerCompletion: Register = (program, act) => {
  const command = program
    .command('completion')
    .description('Print a script that completes commands and flags: source <(drydock completion bash)')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS));
  act<[Shell], object>(command, async (context, { args: [shell] }) => {
    const script = SCRIPTS[shell](commandTree(program));
    context.result({ shell, script }, () => [script.trimEnd()]);
    return EXIT.ok;
  });
};
