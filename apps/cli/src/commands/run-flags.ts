import type { TaskRequest } from '@drydock/sdk';
import { type Command, InvalidArgumentError } from 'commander';
import { collect, collectPair, numberFrom } from './act.ts';

export interface RunFlags {
  readonly dir: string;
  readonly git?: string;
  readonly ref?: string;
  readonly file?: string;
  readonly model?: string;
  readonly instructions?: string;
  readonly image?: string;
  readonly setup?: readonly string[];
  readonly verify?: readonly string[];
  readonly focus?: readonly string[];
  readonly allow?: readonly string[];
  readonly label?: Readonly<Record<string, string>>;
  readonly limit?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  readonly maxCost?: number;
  readonly priority?: number;
  readonly attempts?: number;
  readonly detach?: boolean;
  readonly verbose?: boolean;
  readonly callbackUrl?: string;
  readonly apply?: boolean;
  readonly branch?: string;
  readonly pr?: boolean;
}

type Limit = keyof NonNullable<TaskRequest['limits']>;

/** Of the API; all of them, or this does not compile. */
const LIMITS: Readonly<Record<Limit, true>> = {
  ...{ timeoutSeconds: true, setupSeconds: true, verifySeconds: true },
  ...{ cpus: true, memoryMb: true, pids: true, diskMb: true },
  ...{ maxSteps: true, maxTokens: true, maxCostUsd: true },
};

const collectLimit: typeof collectPair = (text, before) => {
  const name = text.split('=')[0] ?? '';
  if (!Object.hasOwn(LIMITS, name))
    throw new InvalidArgumentError(`Use name=value with one of ${Object.keys(LIMITS).join(', ')}.`);
  return collectPair(text, before);
};

/** Flags of `run`, in the groups of its help. */
export const addRunFlags = (run: Command): Command =>
  run
    .optionsGroup('Source:')
    .option('-C, --dir <folder>', 'the checkout or folder that is sent', '.')
    .option(
      '--git <url>',
      'a repository that Drydock clones, in place of a folder (token: DRYDOCK_GIT_TOKEN)',
    )
    .option('--ref <ref>', 'branch, tag or full commit id for --git; default: what its HEAD names')
    .optionsGroup('Work:')
    .option('-f, --file <file>', 'read the description from a file; - is standard input')
    .option('-m, --model <name>', 'model of the builtin agent')
    .option('--instructions <text>', 'more instructions for the agent')
    .option('--image <name>', 'image that everything runs in')
    .option('--setup <command>', 'run before the agent; may be repeated', collect)
    .option('--verify <command>', 'must exit with 0 on the result; may be repeated', collect)
    .option('--focus <path>', 'where the agent should look; may be repeated', collect)
    .option('--allow <host>', 'host that setup and agent may reach; may be repeated', collect)
    .option('--label <key=value>', 'for filters of the list; may be repeated', collectPair)
    .optionsGroup('Limits:')
    .option('--timeout <seconds>', 'for the agent', numberFrom(1, 86_400))
    .option('--max-cost <usd>', 'for all calls of models', numberFrom(0, Infinity, { integer: false }))
    .option(
      '--limit <name=value>',
      'any limit of the API, such as memoryMb=8192; may be repeated',
      collectLimit,
    )
    .option('--priority <1-9>', '9 is first', numberFrom(1, 9))
    .option('--attempts <count>', 'tries of a task that fails', numberFrom(1, 10))
    .optionsGroup('Result:')
    .option('--callback-url <url>', 'is told how the task ended, by a webhook')
    .option('--apply', 'apply the patch without asking')
    .option('--branch <name>', 'apply it on a new branch, and commit it if nothing else was changed')
    .option('--pr', 'let Drydock open a pull request; the source must be on its code host')
    .option('-d, --detach', 'print the id and leave; nothing is applied')
    .option('-v, --verbose', 'show the output of all programs');
