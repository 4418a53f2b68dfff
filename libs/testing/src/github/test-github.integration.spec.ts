import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addReview, openIssue } from './people.ts';
import type { RepositoryState } from './repository-state.ts';
import { startTestGithub, type TestGithub } from './test-github.ts';
import type { AnswerOf, BodyOf, Operation } from './wire-types.ts';

const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', GIT_TERMINAL_PROMPT: '0' };
const person = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
const PULLS = '/repos/acme/shop/pulls';

let temp = '';
let github: TestGithub;
let shop: RepositoryState;
let writer = '';

const git = async (cwd: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)('git', [...person, ...args], { cwd, env })).stdout.trim();

const ask = (path: string, { token = writer, ...init }: RequestInit & { token?: string } = {}) =>
  fetch(`${github.url}${path}`, {
    ...init,
    headers: { authorization: `token ${token}`, ...(init.headers as object) },
  });
const post = (path: string, body: unknown, token = writer) =>
  ask(path, { method: 'POST', body: JSON.stringify(body), token });
const cloneUrl = (token: string): string =>
  `${github.url.replace('//', `//x-access-token:${token}@`)}/acme/shop.git`;

beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'dd-test-github-'));
  github = await startTestGithub();
  shop = await github.state.addRepository('acme/shop');
  writer = github.state.personalToken('grace');
  shop.collaborators.set('grace', 'write');
  await shop.git.push('main', { 'a.txt': 'one\n' });
});
afterEach(async () => {
  await github.close();
  await rm(temp, { recursive: true, force: true });
});

const committed = async (token: string): Promise<string> => {
  await git(temp, 'clone', '--quiet', cloneUrl(token), 'clone');
  const clone = join(temp, 'clone');
  await writeFile(join(clone, 'b.txt'), 'two\n');
  await git(clone, 'add', '.');
  await git(clone, 'commit', '--quiet', '-m', 'Second');
  return clone;
};

describe('the shapes', () => {
  type RefAnswer = AnswerOf<Operation<'/repos/{owner}/{repo}/git/ref/{ref}', 'get'>>;
  type Order = BodyOf<Operation<'/repos/{owner}/{repo}/pulls', 'post'>>;
  type Fits<T, U> = T extends U ? true : false;
  interface Sound {
    status: 200;
    body: { ref: string; node_id: string; url: string; object: { type: string; sha: string; url: string } };
  }

  it("are GitHub's: one that lacks a field, or has it of another type, does not compile", () => {
    // What is checked here is checked by the compiler: each line is an error when the type says otherwise
    const sound: Fits<Sound, RefAnswer> = true;
    const lacking: Fits<Omit<Sound, 'body'> & { body: Omit<Sound['body'], 'node_id'> }, RefAnswer> = false;
    const otherType: Fits<{ status: 200; body: { ref: number } }, RefAnswer> = false;
    const otherStatus: Fits<{ status: 201; body: Sound['body'] }, RefAnswer> = false;
    const order: Fits<{ head: string; base: string }, Order> = true;
    const orderWithoutBase: Fits<{ head: string }, Order> = false;
    expect([sound, lacking, otherType, otherStatus, order, orderWithoutBase]).toHaveLength(6);
  });
});

describe('git at the GitHub for tests', () => {
  it('takes a push of who may write, and the API shows it', async () => {
    const clone = await committed(writer);
    await git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/next');
    const ref = (await (await ask('/repos/acme/shop/git/ref/heads%2Fnext')).json()) as {
      object: { sha: string };
    };
    expect(ref.object.sha).toBe(await git(clone, 'rev-parse', 'HEAD'));
    expect(await shop.git.file('next', 'b.txt')).toBe('two\n');
  });

  it('turns away others, protected branches and archived repositories', async () => {
    const clone = await committed(writer);
    shop.collaborators.set('eve', 'read');
    const eve = github.state.personalToken('eve');
    await expect(git(clone, 'push', cloneUrl(eve), 'HEAD:next')).rejects.toThrow(/403/);
    await expect(git(clone, 'push', cloneUrl('bad'), 'HEAD:next')).rejects.toThrow(/Authentication failed/);
    await expect(git(temp, 'ls-remote', `${github.url}/acme/shop.git`)).rejects.toThrow(/could not read/);
    await shop.git.protect('main');
    await expect(git(clone, 'push', 'origin', 'HEAD:main')).rejects.toThrow(/GH006: Protected branch/);
    shop.isArchived = true;
    await expect(git(clone, 'push', 'origin', 'HEAD:next')).rejects.toThrow(/archived|403/);
  });

  it('refuses workflows from an App that may not edit them', async () => {
    const { state } = github;
    const mint = (permissions: object): string => {
      const token = `ghs_${String(state.nextId())}`;
      state.tokens.set(token, {
        kind: 'installation',
        installationId: 1,
        repositories: new Set([shop.id]),
        permissions: { contents: 'write', ...permissions },
        expiresAt: Date.now() + 60_000,
      });
      return token;
    };
    const [limited, full] = [mint({}), mint({ workflows: 'write' })];
    await shop.git.push('wf', { '.github/workflows/ci.yml': 'on: push\n' });
    await git(temp, 'clone', '--quiet', '--branch=wf', cloneUrl(writer), 'wf');
    const clone = join(temp, 'wf');
    await writeFile(join(clone, '.github/workflows/ci.yml'), 'on: pull_request\n');
    await git(clone, 'commit', '--quiet', '-am', 'Change the workflow');
    await expect(git(clone, 'push', cloneUrl(limited), 'HEAD:wf2')).rejects.toThrow(/workflows. permission/);
    await git(clone, 'push', '--quiet', cloneUrl(full), 'HEAD:wf2');
  });

  it('can lose the answer to a push that took effect', async () => {
    const clone = await committed(writer);
    github.fail('git push', { kind: 'cut', when: 'after' });
    await expect(git(clone, 'push', '--quiet', 'origin', 'HEAD:next')).rejects.toThrow(/hung up|RPC failed/);
    expect(await shop.git.tip('next')).toBe(await git(clone, 'rev-parse', 'HEAD'));
  });
});

describe('the API of the GitHub for tests', () => {
  it('refuses a second pull request from one branch, as GitHub does', async () => {
    await shop.git.push('next', { 'b.txt': 'two\n' });
    const order = { head: 'next', base: 'main', title: 'Two' };
    expect((await post(PULLS, order)).status).toBe(201);
    const second = await post(PULLS, order);
    expect([second.status, await second.text()]).toEqual([
      422,
      expect.stringContaining('A pull request already exists for acme:next.'),
    ]);
  });

  it('keeps one sticky comment, its reactions and the permission of people', async () => {
    openIssue(shop, github.state, { author: 'ada', title: 'Broken' });
    const made = (await (await post('/repos/acme/shop/issues/1/comments', { body: 'queued' })).json()) as {
      id: number;
    };
    const comment = `/repos/acme/shop/issues/comments/${String(made.id)}`;
    await ask(comment, { method: 'PATCH', body: JSON.stringify({ body: 'done' }) });
    expect(shop.issues[0]?.comments.map(({ body }) => body)).toEqual(['done']);
    const react = async () => (await post(`${comment}/reactions`, { content: 'eyes' })).status;
    expect([await react(), await react()]).toEqual([201, 200]);
    const permission = await ask('/repos/acme/shop/collaborators/grace/permission');
    expect(await permission.json()).toMatchObject({ permission: 'write', user: { login: 'grace' } });
  });

  it('shows what a reviewer said, with file, line and hunk', async () => {
    await shop.git.push('next', { 'b.txt': 'two\n' });
    const { number } = (await (await post(PULLS, { head: 'next', base: 'main', title: 'Two' })).json()) as {
      number: number;
    };
    const hunk = '@@ -0,0 +1 @@\n+two';
    const said = [{ path: 'b.txt', line: 1, hunk, body: 'Make it three' }];
    addReview(shop, github.state, { number, author: 'ada', state: 'CHANGES_REQUESTED', body: 'No', said });
    const pull = `${PULLS}/${String(number)}`;
    expect(await (await ask(`${pull}/reviews`)).json()).toMatchObject([
      { state: 'CHANGES_REQUESTED', body: 'No', user: { login: 'ada' } },
    ]);
    expect(await (await ask(`${pull}/comments`)).json()).toMatchObject([
      { path: 'b.txt', line: 1, diff_hunk: hunk, body: 'Make it three' },
    ]);
    expect(await (await ask(pull)).json()).toMatchObject({ merged: false, review_comments: 1 });
  });

  it('cuts lists into pages and says where the next one is', async () => {
    for (const name of ['a', 'b', 'c']) {
      await shop.git.push(name, { [name]: name });
      await post(PULLS, { head: name, base: 'main', title: name });
    }
    const first = await ask(`${PULLS}?per_page=2`);
    expect(await first.json()).toHaveLength(2);
    expect(first.headers.get('link')).toContain(`${PULLS}?per_page=2&page=2>; rel="next"`);
    expect(await (await ask(`${PULLS}?per_page=2&page=2`)).json()).toHaveLength(1);
  });

  it('answers 304 to what did not change, and fails on order', async () => {
    const first = await ask('/repos/acme/shop');
    const tag = first.headers.get('etag') ?? '';
    expect((await ask('/repos/acme/shop', { headers: { 'if-none-match': tag } })).status).toBe(304);
    github.fail('GET /repos/{owner}/{repo}', { kind: 'secondary_limit', retryAfterSeconds: 7 });
    const limited = await ask('/repos/acme/shop');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([403, '7']);
    github.fail('GET /repos/{owner}/{repo}', { kind: 'cut', when: 'before' });
    await expect(ask('/repos/acme/shop')).rejects.toThrow('fetch failed');
    expect((await ask('/repos/acme/shop')).status).toBe(200);
    expect(() => github.fail('GET /nowhere', { kind: 'cut', when: 'before' })).toThrow('not served');
  });

  it('serves the same below /api/v3, with addresses of there', async () => {
    const answer = (await (await ask('/api/v3/repos/acme/shop')).json()) as { url: string };
    expect(answer.url).toBe(`${github.url}/api/v3/repos/acme/shop`);
  });
});
