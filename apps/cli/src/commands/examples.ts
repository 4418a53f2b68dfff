/** What people write, by command: shown in its help and in the reference. */
export interface Example {
  readonly what: string;
  readonly line: string;
}

const ID = 'task_01jd4kqy3ve7m8n5r2t6w9xzab';
const example = (what: string, line: string): Example => ({ what, line });

/** By the words after `drydock`; `''`: the command itself. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  '': [
    example('Keep the address and the API key', 'drydock login'),
    example(
      'Give this folder to an agent, watch, and decide on the patch',
      'drydock run "fix the failing test"',
    ),
    example('See what is under way', 'drydock list --status running'),
  ],
  run: [
    example('Send this checkout as it is, with uncommitted changes', 'drydock run "fix the failing test"'),
    example(
      'Let the tests decide, and put the patch on a branch',
      'drydock run "fix the failing test" --setup "npm ci" --allow registry.npmjs.org --verify "npm test" --branch fix-test',
    ),
    example(
      'Let Drydock clone a repository and open a pull request',
      'drydock run "update the dependencies" --git https://github.com/acme/shop.git --pr',
    ),
    example(
      'Run a program of your own in place of the builtin agent',
      'drydock run "reformat" -- make format',
    ),
    example('Only queue it, in a script', 'id=$(drydock run -f task.md --detach)'),
  ],
  list: [
    example('What failed of one project', 'drydock list --status failed --label project:shop'),
    example('Ids for a script', "drydock list --limit 500 --json | jq -r '.items[].id'"),
  ],
  show: [
    example('Status, usage, verify results and deliveries', `drydock show ${ID}`),
    example('One field', `drydock show ${ID} --json | jq .usage.costUsd`),
  ],
  logs: [
    example('Watch until the end; the exit code is that of the task', `drydock logs -f ${ID}`),
    example('Only what programs printed', `drydock logs ${ID} --json | jq -rj 'select(.type == "log").text'`),
  ],
  diff: [
    example('Look at it', `drydock diff ${ID}`),
    example('Keep its exact bytes', `drydock diff ${ID} > fix.patch`),
  ],
  apply: [
    example('Change the files of this checkout', `drydock apply ${ID}`),
    example('On a new branch, as a commit', `drydock apply ${ID} --branch fix-test`),
  ],
  artifacts: [
    example('What there is', `drydock artifacts ${ID}`),
    example('Take one into a folder', `drydock artifacts ${ID} agent.log -o logs/`),
  ],
  cancel: [example('End it; what it has done so far is kept', `drydock cancel ${ID}`)],
  retry: [example('Try again, and watch', `drydock logs -f $(drydock retry ${ID})`)],
  login: [
    example('Be asked for the address and the key', 'drydock login'),
    example('In a script', 'drydock login --url https://drydock.example.com --with-key < key.txt'),
  ],
  'keys list': [example('Who may do what', 'drydock keys list')],
  'keys create': [
    example('A key that may only look', 'drydock keys create --scope tasks:read'),
    example('Two scopes, in a script', 'key=$(drydock keys create --scope tasks:read tasks:write)'),
  ],
  'keys revoke': [example('Lock out whoever has dk_Zk3vQ8nW_…', 'drydock keys revoke Zk3vQ8nW')],
  doctor: [example('Why does nothing happen?', 'drydock doctor')],
  completion: [
    example('bash, for now; in ~/.bashrc for good', 'source <(drydock completion bash)'),
    example('zsh', 'drydock completion zsh > "${fpath[1]}/_drydock"'),
    example('fish', 'drydock completion fish > ~/.config/fish/completions/drydock.fish'),
  ],
};

/** As lines of a help text; none: an empty text. */
export const examplesText = (examples: readonly Example[]): string =>
  examples.length === 0
    ? ''
    : ['', 'Examples:', ...examples.flatMap(({ what, line }) => [`  # ${what}`, `  $ ${line}`])].join('\n');
