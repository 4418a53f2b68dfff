import type { ProcessGroups } from '../process/process-groups.ts';

/** Outranks all attributes of a repository: raw bytes in, raw bytes out. */
export const RAW_ATTRIBUTES = '* -text !eol -ident !filter !working-tree-encoding !diff\n';

/** The whole environment of git: nothing of the container's or the agent's reaches it. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  HOME: '/nonexistent',
  XDG_CONFIG_HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/false',
  GIT_SSH_COMMAND: '/bin/false',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_INDEX_VERSION: '2', // read-index.ts reads this one
};

const CONFIG = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.attributesFile': '/dev/null',
  'core.excludesFile': '/dev/null',
  'core.untrackedCache': 'false',
  'core.symlinks': 'true',
  'core.fileMode': 'true',
  'core.autocrlf': 'false',
  'core.safecrlf': 'false',
  'core.ignoreCase': 'false',
  'core.precomposeUnicode': 'false',
  // A name that these refuse could not be checked out by whoever gets the patch
  'core.protectNTFS': 'true',
  'core.protectHFS': 'true',
  'core.looseCompression': '1',
  'core.fsync': 'none', // the container's copies die with it
  'core.commitGraph': 'false',
  // Filling the directory for verify waits for the disk, not for a processor
  'checkout.workers': '4',
  'checkout.thresholdForParallelism': '1000',
  'feature.manyFiles': 'false',
  'index.sparse': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'submodule.recurse': 'false',
  'protocol.allow': 'never',
  'safe.directory': '*',
};

const MAX_STDERR_BYTES = 4096;

/** Git ended with an error; `message` has its words. */
export class GitFailed extends Error {}

export interface GitPlace {
  readonly gitDir: string;
  /** Also the working directory, so that relative paths get no longer than they are. */
  readonly workTree?: string;
}

export interface GitCall {
  readonly args: readonly string[];
  readonly input?: Buffer;
  /** Takes the output piece by piece; else it is returned. */
  readonly onOutput?: (chunk: Buffer) => void;
}

export const gitOptions = ({ gitDir, workTree }: GitPlace) => ({
  options: Object.entries(CONFIG).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  env: { ...ENVIRONMENT, GIT_DIR: gitDir, ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }) },
  cwd: workTree ?? gitDir,
});

/** Runs git commands in one place. An argument vector each, never a shell. */
export class Git {
  readonly #groups: ProcessGroups;
  readonly place: GitPlace;

  constructor(groups: ProcessGroups, place: GitPlace) {
    this.#groups = groups;
    this.place = place;
  }

  /** @throws GitFailed; what `onOutput` throws, which is told nothing more then. */
  run({ args, input, onOutput }: GitCall): Promise<Buffer> {
    const { options, env, cwd } = gitOptions(this.place);
    const child = this.#groups.start(['git', ...options, ...args], {
      cwd,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    let stderr = '';
    let isRefused = false;
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.stdin?.on('error', () => undefined); // git may end before it has read all
      child.stdin?.end(input);
      child.stdout?.on('data', (chunk: Buffer) => {
        if (onOutput === undefined) output.push(chunk);
        else if (!isRefused)
          try {
            onOutput(chunk);
          } catch (error) {
            isRefused = true;
            reject(error instanceof Error ? error : new Error(String(error)));
          }
      });
      child.stderr?.on('data', (chunk: Buffer) => {
        if (stderr.length < MAX_STDERR_BYTES) stderr += chunk.toString('latin1');
      });
      child.once('close', (code, signal) => {
        if (code === 0) resolve(Buffer.concat(output));
        else
          reject(
            new GitFailed(
              `git ${args[0] ?? ''} ended with ${String(code ?? signal)}: ${stderr.slice(0, 1000).trim()}`,
            ),
          );
      });
    });
  }

  /** One line of output, such as an object id. @throws GitFailed */
  async line(...args: string[]): Promise<string> {
    return (await this.run({ args })).toString('latin1').trim();
  }
}
