import { describe, expect, it } from '@jest/globals';
import { GitHost } from '../host/git-host.ts';
import { GIT_LIMITS } from '../host/git-limits.ts';
import { Connection } from './connection.ts';
import { failedPush, refusedPush } from './push-fault.ts';

const URL_OF_REPOSITORY = 'https://archived.example.com/GH006/protected-branch';
const connection = new Connection(
  new GitHost('git', GIT_LIMITS),
  { url: URL_OF_REPOSITORY, token: 'ghp_secret' },
  { guardProxyUrl: 'http://127.0.0.1:1', allowedPrivateHosts: new Set() },
);
const ended = (stderr: string) => ({ exitCode: 1, stdout: Buffer.alloc(0), stderr, stopped: null });
const FAILED = `error: failed to push some refs to '${URL_OF_REPOSITORY}'\n`;
const at = (text: string): string => `fatal: unable to access '${URL_OF_REPOSITORY}/': ${text}`;

describe('refusedPush', () => {
  it.each([
    ['[rejected] (non-fast-forward)', '', 'forge_branch_taken'],
    ['[rejected] (fetch first)', '', 'forge_branch_taken'],
    [
      '[remote rejected] (protected branch hook declined)',
      'remote: error: GH006: Protected branch update failed for refs/heads/x.\n',
      'forge_branch_protected',
    ],
    [
      '[remote rejected] (push declined due to repository rule violations)',
      'remote: error: GH013: Repository rule violations found for refs/heads/x.\n',
      'forge_branch_protected',
    ],
    ['[remote rejected] (pre-receive hook declined)', 'remote: no\n', 'forge_branch_protected'],
    [
      '[remote rejected] (pre-receive hook declined)',
      'remote: GitLab: You are not allowed to push code to protected branches on this project.\n',
      'forge_branch_protected',
    ],
    [
      '[remote rejected] (refusing to allow a Personal Access Token to create or update workflow `.github/workflows/x.yml` without `workflow` scope)',
      '',
      'forge_permission_missing',
    ],
    [
      '[remote rejected] (refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml` without `workflows` permission)',
      '',
      'forge_permission_missing',
    ],
    ['[remote rejected] (shallow update not allowed)', '', 'source_ref_not_found'],
    ['[remote rejected] (deny updating a hidden ref)', '', 'forge_refused'],
    ['[remote rejected] (unpacker error)', '', 'forge_refused'],
  ])('%s %s is %s', (reason, said, code) => {
    expect(refusedPush(ended(said + FAILED), connection, reason).code).toBe(code);
  });

  it('says what the server said, without the credential', () => {
    const said = 'remote: error: GH013: Commits must have verified signatures, ghp_secret.\n';
    const error = refusedPush(ended(said + FAILED), connection, '[remote rejected] (push declined)');
    expect(error.detail).toMatch(/said: error: GH013: Commits must have verified signatures, \*\*\*\.$/);
    expect(String(error.cause)).not.toContain('ghp_secret');
  });

  it('shows no half of a credential either, where it cuts what a server says', () => {
    for (let before = 280; before <= 300; before++) {
      const said = `remote: ${'x'.repeat(before)} ghp_secret and more\n`;
      const { detail } = refusedPush(ended(said + FAILED), connection, '[remote rejected] (no)');
      expect({ before, isThere: detail.includes(' gh') }).toEqual({ before, isThere: false });
    }
  });
});

describe('failedPush', () => {
  it.each([
    [
      `remote: Permission to a/b.git denied to c.\n${at('The requested URL returned error: 403')}`,
      'forge_permission_missing',
    ],
    [
      `remote: This repository was archived so it is read-only.\n${at('The requested URL returned error: 403')}`,
      'forge_repository_archived',
    ],
    [
      `remote: Invalid username or token.\nfatal: Authentication failed for '${URL_OF_REPOSITORY}/'`,
      'forge_auth_failed',
    ],
    [
      "fatal: could not read Username for 'https://h.example': terminal prompts disabled",
      'forge_auth_failed',
    ],
    [at('Received HTTP code 403 from proxy after CONNECT'), 'host_not_allowed'],
    [at('CONNECT tunnel failed, response 403'), 'host_not_allowed'],
    [`fatal: repository '${URL_OF_REPOSITORY}/' not found`, 'source_not_found'],
    [at('The requested URL returned error: 302'), 'source_redirected'],
    ['fatal: the remote end hung up unexpectedly', 'source_unreachable'],
    ['', 'source_unreachable'],
  ])('%j is %s', (stderr, code) => {
    expect(failedPush(ended(stderr), connection).code).toBe(code);
  });

  it('takes a push that took too long for a server that cannot be reached', () => {
    const result = { ...ended(''), exitCode: null, stopped: 'timeout' as const };
    expect(failedPush(result, connection).code).toBe('source_unreachable');
  });
});
