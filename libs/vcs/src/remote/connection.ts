import { AppError, hostOf, isAllowedPrivate, parseGitUrl, portOf } from '@drydock/domain';
import type { AllowedPrivateHosts } from '@drydock/domain';
import type { RunResult } from '../host/bounded-process.ts';
import type { GitHost, GitRun } from '../host/git-host.ts';
import { remoteFault } from './remote-fault.ts';

export interface RemoteAccess {
  /** `http://user:password@127.0.0.1:port`. */
  readonly guardProxyUrl: string;
  readonly allowedPrivateHosts: AllowedPrivateHosts;
}

export interface RemoteAddress {
  readonly url: string;
  readonly token: string | null;
}

/** Only for the process that gets it, only for this origin: never in argv, in the URL or in a file. */
const authorization = (origin: string, basic: string): Record<string, string> => ({
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: `http.${origin}/.extraHeader`,
  GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
});

/** One git server with one credential, reached only through the guard proxy: where every git process that talks to it starts. */
export class Connection {
  readonly git: GitHost;
  /** As git takes it, without credentials. */
  readonly url: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #config: Readonly<Record<string, string>>;
  readonly #secrets: readonly string[];

  /** Throws the `source_url_…` codes and `host_not_allowed`: the URL may come from before a change of the allowlist. */
  constructor(git: GitHost, { url: text, token }: RemoteAddress, access: RemoteAccess) {
    const url = parseGitUrl(text, access.allowedPrivateHosts);
    this.git = git;
    this.url = url.href;
    const isHttp =
      url.protocol === 'http:' && isAllowedPrivate(access.allowedPrivateHosts, hostOf(url), portOf(url));
    const basic = token === null ? null : Buffer.from(`x-access-token:${token}`).toString('base64');
    this.#secrets = [token, basic].filter((secret) => secret !== null && secret !== '') as string[];
    this.#config = isHttp ? { 'protocol.http.allow': 'always' } : {};
    this.#env = {
      http_proxy: access.guardProxyUrl,
      https_proxy: access.guardProxyUrl,
      GIT_HTTP_PROXY_AUTHMETHOD: 'basic', // else every connection begins with a 407
      ...(isHttp ? { GIT_ALLOW_PROTOCOL: 'https:http' } : {}),
      ...(basic === null ? {} : authorization(url.origin, basic)),
    };
  }

  /** A git command that may talk to the server and to no other. A non-zero exit is a value. */
  run(run: Omit<GitRun, 'env'>): Promise<RunResult> {
    return this.git.run({ ...run, env: this.#env, config: { ...this.#config, ...run.config } });
  }

  /** Without the credential, for whatever outlives the process. */
  mask(text: string): string {
    return this.#secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  }

  /** What a run that failed means to the task: `source_…`, `repo_too_large`, `host_not_allowed`. */
  fault({ stopped, stderr }: RunResult): AppError {
    return stopped === 'timeout'
      ? new AppError('source_unreachable', 'The source answers too slowly. Try again later.')
      : remoteFault(stderr, (text) => this.mask(text));
  }
}
