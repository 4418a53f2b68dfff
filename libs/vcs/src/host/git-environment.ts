/** Outranks all attributes of a repository: raw bytes in, raw bytes out. For `info/attributes` of every git directory. */
export const RAW_ATTRIBUTES = '* -text !eol -ident !filter !working-tree-encoding !diff\n';

/**
 * The whole environment of a git process on the host: nothing is inherited, since a leaked `NO_PROXY` or `GIT_…` variable
 * undoes the rules below.
 */
export const HOST_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C', // messages are matched
  HOME: '/nonexistent',
  XDG_CONFIG_HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/false',
  GIT_SSH_COMMAND: '/bin/false',
  GIT_ALLOW_PROTOCOL: 'https', // beats protocol.allow, hence both
  GIT_CEILING_DIRECTORIES: '/',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LFS_SKIP_SMUDGE: '1',
};

const HOST_CONFIG: Readonly<Record<string, string>> = {
  'protocol.allow': 'never',
  'protocol.https.allow': 'always',
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.symlinks': 'true', // links are written as such into a fresh directory that nothing untrusted has touched
  'core.attributesFile': '/dev/null',
  'core.packedGitWindowSize': '32m', // the default maps whole packs, which the bound on memory would count
  'core.packedGitLimit': '256m',
  'init.templateDir': '',
  'credential.helper': '',
  'core.askPass': '',
  'http.followRedirects': 'false',
  'http.lowSpeedLimit': '1000',
  'transfer.fsckObjects': 'true',
  'fetch.recurseSubmodules': 'no',
  'fetch.unpackLimit': '1', // always a pack: it is linked as one file
  'fastimport.unpackLimit': '1',
  'submodule.recurse': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'safe.bareRepository': 'explicit',
};

/** `-c` options for the git processes of the host. */
export const hostOptions = (config: Readonly<Record<string, string>>): string[] =>
  Object.entries({ ...HOST_CONFIG, ...config }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
