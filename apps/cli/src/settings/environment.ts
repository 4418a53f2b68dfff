/** The environment as far as the command looks at it. Not `@drydock/config`, which is for the processes of the server. */
export interface Environment {
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
  /** For the clone and the pull request of `run --git`. */
  readonly gitToken: string | undefined;
  readonly dockerHost: string | undefined;
  readonly configHome: string | undefined;
  readonly noColor: boolean;
  readonly forceColor: boolean;
  /** What git may be started with: nothing that bends what it does. */
  readonly forGit: Readonly<Record<string, string>>;
}

const FOR_GIT = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_CONFIG_HOME', 'SYSTEMROOT', 'USERPROFILE'];

/** An empty variable is none. */
const valueOf = (name: string): string | undefined => {
  const value = process.env[name];
  return value === '' ? undefined : value;
};

export const readEnvironment = (): Environment => ({
  url: valueOf('DRYDOCK_URL'),
  apiKey: valueOf('DRYDOCK_API_KEY'),
  gitToken: valueOf('DRYDOCK_GIT_TOKEN'),
  dockerHost: valueOf('DOCKER_HOST'),
  configHome: valueOf('XDG_CONFIG_HOME'),
  noColor: valueOf('NO_COLOR') !== undefined || valueOf('TERM') === 'dumb',
  forceColor: valueOf('FORCE_COLOR') !== undefined,
  forGit: {
    ...Object.fromEntries(
      FOR_GIT.flatMap((name) => {
        const value = valueOf(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    LC_ALL: 'C', // its messages are read
  },
});
