import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { taskIdFrom } from '@drydock/domain';
import type { ForgePurpose } from '@drydock/engine';
import { addReview, openIssue } from '@drydock/testing';
import type { GithubForge } from './github-forge.ts';
import { PERMISSIONS } from './grants.ts';
import { anySignal, NOTHING_OWN, SHOP, shopAtGithub, type ShopAtGithub } from './testing/shop-at-github.ts';

const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', GIT_TERMINAL_PROMPT: '0' };
const person = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
const BRANCH = 'drydock/x';

let temp: string;
let world: ShopAtGithub;
let forge: GithubForge;
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'dd-grants-'));
  world = await shopAtGithub();
  forge = world.app();
});
afterEach(async () => {
  await world.github.close();
  await rm(temp, { recursive: true, force: true });
});

const git = (...args: string[]) => promisify(execFile)('git', [...person, ...args], { cwd: temp, env });
const clone = (token: string) =>
  git(
    'clone',
    '--quiet',
    `${world.github.url.replace('//', `//x-access-token:${token}@`)}/acme/shop.git`,
    '.',
  );
const push = async (token: string, file: string): Promise<void> => {
  await clone(token);
  await mkdir(join(temp, '.github/workflows'), { recursive: true });
  await writeFile(join(temp, file), 'x\n');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'x');
  await git('push', '--quiet', 'origin', `HEAD:refs/heads/${BRANCH}`);
};

const deliver = async (token: string, file: string): Promise<void> => {
  const session = forge.open(SHOP, token, anySignal);
  await push(token, file);
  const commit = (await session.branchTip(BRANCH)) ?? '';
  const order = { head: BRANCH, base: 'main', title: 't', body: '', draft: false, maintainerCanModify: true };
  const { number } = await session.openPullRequest(order);
  await session.decorate(number, { labels: ['x'], reviewers: [] });
  const taskId = taskIdFrom(0, new Uint8Array(16));
  const verdict = { commit, taskId, isPassed: true, summary: 'x', detailsUrl: null, mayBeShown: true };
  await session.report(verdict);
};

const aPull = async () => {
  const { shop, github } = world;
  const token = (await forge.token(SHOP, 'deliver', NOTHING_OWN)) ?? '';
  await world.commit(BRANCH);
  const order = { head: BRANCH, base: 'main', title: 't', body: '', draft: false, maintainerCanModify: true };
  const { number } = await forge.open(SHOP, token, anySignal).openPullRequest(order);
  const said = [{ path: 'file.txt', line: 1, hunk: '@@', body: 'Why?' }];
  addReview(shop, github.state, { number, author: 'ada', state: 'COMMENTED', body: '', said });
  return { number, remark: shop.pulls[0]?.pull.reviewComments[0]?.id ?? 0 };
};

const converse = async (token: string): Promise<void> => {
  const { shop, github } = world;
  const issue = openIssue(shop, github.state, { author: 'ada', title: 'x' }).number;
  const { number, remark } = await aPull();
  const talk = forge.converse(SHOP, token, anySignal);
  await talk.permissionOf('ada');
  await talk.react({ kind: 'issue', id: issue }, 'eyes');
  await talk.editComment(await talk.comment(issue, 'Queued.'), 'Running.');
  await talk.pullRequest(number);
  await talk.react({ kind: 'review_comment', id: remark }, 'eyes');
  await forge.open(SHOP, token, anySignal).branchTip('main');
};

/** All that is done with a token of each purpose. */
const WORK: Record<ForgePurpose, (token: string) => Promise<unknown>> = {
  read: clone,
  deliver: (token) => deliver(token, 'a.txt'),
  deliver_workflows: (token) => deliver(token, '.github/workflows/ci.yml'),
  converse,
};
const PURPOSES = Object.keys(WORK) as ForgePurpose[];
const EACH = PURPOSES.flatMap((purpose) =>
  Object.entries(PERMISSIONS[purpose])
    .filter(([name]) => name !== 'metadata')
    .map(([name, level]) => [purpose, name, level] as const),
);

/** A token of that purpose, with one permission lowered or taken. */
const tokenWithout = async (purpose: ForgePurpose, name: string | null): Promise<string> => {
  const token = (await forge.token(SHOP, purpose, NOTHING_OWN)) ?? '';
  const { tokens } = world.github.state;
  const caller = tokens.get(token);
  if (caller?.kind !== 'installation') throw new Error('this is no token of an installation');
  const lowered = Object.entries(caller.permissions).flatMap(([one, level]) =>
    one !== name ? [[one, level]] : level === 'write' && one !== 'workflows' ? [[one, 'read']] : [],
  );
  tokens.set(token, { ...caller, permissions: Object.fromEntries(lowered) as object });
  return token;
};

describe('what a token may do', () => {
  it.each(PURPOSES)('is enough for its purpose: %s', async (purpose) => {
    await WORK[purpose](await tokenWithout(purpose, null));
  });

  it.each(EACH)('is no more than its purpose needs: %s needs %s: %s', async (purpose, name) => {
    await expect(WORK[purpose](await tokenWithout(purpose, name))).rejects.toThrow();
  });
});
