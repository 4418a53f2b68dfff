import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canarySecret, eventually, findCanaries, type RepositoryState } from '@drydock/testing';
import {
  base64Inside,
  databaseText,
  environmentsOf,
  filesText,
  isGitOnline,
  redisText,
  watchHost,
  type HostWatch,
} from '../system/places.ts';
import { git } from '../system/repositories.ts';
import { query } from '../system/teams.ts';
import { People } from './people.ts';
import { addRepository, openShop, retry, shopTask, untilSettled, urlOf, type Shop } from './shop.ts';
import { ALL_TRIGGERS, startedBy, untilSaid } from './triggers.ts';

/** The credentials of a code host go through everything, and stay nowhere in clear. */
const token = canarySecret('token');
const webhookSecret = canarySecret('webhook');
/** Searched for as well, and found wherever the secrets are searched for: else the search would prove nothing. */
const known = { name: canarySecret('name'), said: canarySecret('said') };

/** All that an agent can look at lands in its log, and in the patch. */
const LOOK = [
  `echo ${known.said} > note.txt`,
  'env; tr "\\0" "\\n" < /proc/1/environ; cat /proc/*/cmdline /in/task.json',
  'find . -path "*.git/config" -exec cat {} + ; git remote -v || true',
].join('\n');

/** The agent of a task that somebody asked for at an issue does the same. */
const script = {
  turns: [
    { when: { step: 1 }, toolCalls: [{ name: 'bash', arguments: { command: LOOK } }] },
    { when: {}, toolCalls: [{ name: 'finish', arguments: { summary: 'Looked around.' } }] },
  ],
};
/** Git reads them wherever it runs. */
const GIT_FILES = [
  '/etc/gitconfig',
  ...['.gitconfig', '.config/git/config', '.git-credentials'].map((name) => join(homedir(), name)),
];

let shop: Shop;
let repository: RepositoryState;
let url: string;
let watch: HostWatch;
let logs: string;
const taskIds: string[] = [];

const withBase64 = (plain: readonly string[]): string[] => [...plain, ...plain.flatMap(base64Inside)];

/** Of tasks and of the App's installation: no process is set up with them. */
const tokens = (): string[] => withBase64([token, ...shop.github.state.minted.map((minted) => minted.token)]);

const secrets = (): string[] => {
  const lines = shop.github.state.app.privateKey.split('\n').filter((line) => line.length > 60);
  return [...tokens(), ...withBase64([webhookSecret, ...lines])];
};

/** @param mark - what must be found there for the search to count. */
const expectClean = (place: string, text: string | Uint8Array, mark: string): void => {
  expect({ place, mark: findCanaries(text, [mark]) }).toEqual({ place, mark: [mark] });
  expect({ place, found: findCanaries(text, secrets()) }).toEqual({ place, found: [] });
};

const logsText = async (): Promise<string> => {
  const names = await readdir(logs);
  expect(names.sort()).toEqual(['api.log', 'worker.log']);
  return (await Promise.all(names.map((name) => readFile(join(logs, name), 'utf8')))).join('\n');
};

const searchAll = async (): Promise<{ names: string[] }> => {
  expectClean('the database', await databaseText(shop.system), known.said);
  expectClean('Redis', (await redisText(shop.system)).text, shop.system.redisPrefix);
  const { names, text } = await filesText(shop.system);
  expectClean('the data directory', text, known.said);
  for (const name of names.filter((each) => each.endsWith('/config')))
    expectClean(name, await git('/', 'config', '--file', name, '--list', '--show-origin'), 'core.');
  for (const name of GIT_FILES) {
    const text = await readFile(name).catch(() => '');
    expect({ name, found: findCanaries(text, secrets()) }).toEqual({ name, found: [] });
  }
  expectClean('the logs', await logsText(), taskIds.at(-1) ?? '');
  return { names };
};

beforeAll(async () => {
  logs = await mkdtemp(join(tmpdir(), 'drydock-logs-'));
  shop = await openShop('app', {
    script,
    logDirectory: logs,
    env: { DRYDOCK_LOG_LEVEL: 'debug', GITHUB_WEBHOOK_SECRET: webhookSecret },
  });
  shop.github.state.tokens.set(token, { kind: 'user', login: 'grace' });
  repository = await addRepository(shop.github, known.name);
  repository.collaborators.set('ada', 'write');
  url = urlOf(shop.github, repository);
  const forge = { owner: 'acme', name: known.name, triggers: ALL_TRIGGERS };
  expect((await shop.system.client.post('/v1/repositories', { forge })).status).toBe(201);
  watch = watchHost();
});

afterAll(async () => {
  await watch.stop();
  await shop.close();
  await rm(logs, { recursive: true });
});

const submit = async (script: string, own: string | null): Promise<string> => {
  const wanted = { url, token: own, verify: ['true'], pullRequest: {} };
  const { id } = await shop.system.client.submit(shopTask(shop, `${LOOK}\n${script}`, wanted));
  taskIds.push(id);
  return id;
};

const hold = (route: string): (() => void) => {
  let release: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  shop.github.fail(route, { kind: 'hold', until });
  return release;
};

const pushes = (): number =>
  shop.github.requests.filter(({ route, path }) => route === 'git push' && path.endsWith('git-receive-pack'))
    .length;

/** Holds the push of a task up until the git that makes it was seen, and `meanwhile` is over. */
const whilePushing = async (
  submitTask: () => Promise<string>,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string> => {
  const before = pushes();
  const release = hold('git push');
  const id = await submitTask();
  await eventually(() => pushes() > before);
  await watch.look();
  await meanwhile();
  release();
  return id;
};

describe('the credentials of a code host', () => {
  it("are in no place while the branch is pushed, the task's own token sealed", async () => {
    const id = await whilePushing(
      () => submit('sleep 3', token),
      async () => {
        const { names } = await searchAll();
        for (const part of ['/artifacts/', '/mirrors/', '/publish/'])
          expect(names.filter((name) => name.includes(part))).not.toEqual([]);
        const sealed = await query(shop.system, 'SELECT count(*)::int AS sealed FROM "Secret"');
        expect(sealed).toEqual([{ sealed: 1 }]);
      },
    );
    expect(await untilSettled(shop, id)).toMatchObject({ deliveries: [{ state: 'succeeded' }] });
    expect(await query(shop.system, 'SELECT count(*)::int AS sealed FROM "Secret"')).toEqual([{ sealed: 0 }]);
  });

  it("are in no place after the App's pull request, nor are the tokens it was given", async () => {
    const id = await whilePushing(() => submit('sleep 3', null));
    expect(await untilSettled(shop, id)).toMatchObject({ deliveries: [{ state: 'succeeded' }] });
    expect(shop.github.state.minted.length).toBeGreaterThan(0);
    await searchAll();
  });

  it('are in no place after a task that somebody asked for at an issue, nor in what was said to them', async () => {
    const people = new People({ ...shop, repository }, webhookSecret);
    const issue = people.opens('ada', 'Round the totals');
    const id = await startedBy(shop, await people.labels('ada', issue));
    taskIds.push(id);
    const { deliveries, pullRequest } = await untilSettled(shop, id);
    expect(deliveries).toMatchObject([{ state: 'succeeded' }]);
    await untilSaid(issue, pullRequest?.url ?? 'no URL');
    // The token by which it was said is one of those that are searched for
    expect(shop.github.state.minted.some(({ permissions }) => permissions.issues === 'write')).toBe(true);
    expectClean('the issue', JSON.stringify(issue.comments), id);
    await searchAll();
  });

  it('are in no message when the code host says them back', async () => {
    const route = 'POST /repos/{owner}/{repo}/pulls';
    shop.github.fail(route, { kind: 'status', status: 422, message: `No, ${token}, ${known.said}` });
    const id = await submit('true', token);
    const { deliveries } = await untilSettled(shop, id);
    expect(deliveries).toMatchObject([{ state: 'failed', error: { code: 'forge_refused' } }]);
    expectClean('the message', deliveries[0]?.error?.message ?? '', known.said);
    expectClean('the events', JSON.stringify(await shop.system.client.events(id)), known.said);
    await searchAll();
    await retry({ ...shop, token }, deliveries[0]?.id ?? '');
    expect(await untilSettled(shop, id)).toMatchObject({ deliveries: [{ state: 'succeeded' }] });
  });

  it('are in no answer about a task or its delivery, and in no artifact', async () => {
    for (const id of taskIds) {
      expectClean('the task', JSON.stringify(await shop.system.client.task(id)), id);
      expectClean('the patch', await shop.system.client.diff(id), known.said);
      expectClean('what the agent saw', await shop.system.client.artifact(id, 'agent.log'), 'PATH=');
    }
  });

  it('are in no pull request, and in no commit', async () => {
    const { pulls, git: store } = repository;
    expect(pulls).toHaveLength(taskIds.length);
    expectClean('the pull requests', JSON.stringify(pulls), 'Round the totals');
    const commits = await git(store.directory, 'log', '--all', '--patch', '--format=raw');
    expectClean('the commits', commits, known.said);
  });

  it('were not in the description of a container, nor in a command line', async () => {
    const { containers, processes } = await watch.stop();
    expectClean('docker inspect', containers, taskIds[0] ?? '');
    const commands = processes.map(({ command }) => command).join('\n');
    expect(commands).toMatch(/git\0[^\n]*push/);
    expectClean('command lines', commands, known.name);
  });

  it('were in the environment of the git that talks to the code host, and in no other but by configuration', async () => {
    const { processes } = await watch.stop();
    const ofGit = environmentsOf(processes.filter(({ command }) => isGitOnline(command)));
    const installation = shop.github.state.minted.flatMap((minted) => base64Inside(minted.token));
    for (const forms of [base64Inside(token), installation])
      expect(findCanaries(ofGit, forms)).not.toEqual([]);
    const others = processes.filter(({ command }) => !isGitOnline(command));
    const isOurs = (command: string): boolean => /\/dist\/(?:api|worker)\.mjs/.test(command);
    const ours = environmentsOf(others.filter(({ command }) => isOurs(command)));
    expect(findCanaries(ours, tokens())).toEqual([]);
    expect(ours).toContain(webhookSecret);
    const strangers = others.filter(({ command }) => !isOurs(command));
    expectClean('environments', environmentsOf(strangers), 'PATH=');
  });
});
