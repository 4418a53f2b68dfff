import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canarySecret, eventually, findCanaries } from '@drydock/testing';
import {
  base64Inside,
  databaseText,
  filesText,
  redisText,
  watchHost,
  type HostWatch,
} from '../system/places.ts';
import { git } from '../system/repositories.ts';
import { query } from '../system/teams.ts';
import { addRepository, openShop, retry, shopTask, untilSettled, urlOf, type Shop } from './shop.ts';

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

let shop: Shop;
let url: string;
let watch: HostWatch;
let logs: string;
const taskIds: string[] = [];

const secrets = (): string[] => {
  const { app, minted } = shop.github.state;
  const lines = app.privateKey.split('\n').filter((line) => line.length > 60);
  const plain = [token, webhookSecret, ...minted.map((one) => one.token), ...lines];
  return [...plain, ...plain.flatMap(base64Inside)];
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
  expectClean('the logs', await logsText(), taskIds.at(-1) ?? '');
  return { names };
};

beforeAll(async () => {
  logs = await mkdtemp(join(tmpdir(), 'drydock-logs-'));
  shop = await openShop('app', {
    logDirectory: logs,
    env: { DRYDOCK_LOG_LEVEL: 'debug', GITHUB_WEBHOOK_SECRET: webhookSecret },
  });
  shop.github.state.tokens.set(token, { kind: 'user', login: 'grace' });
  url = urlOf(shop.github, await addRepository(shop.github, known.name));
  watch = watchHost();
}, 120_000);

afterAll(async () => {
  await watch.stop();
  await shop.close();
  await rm(logs, { recursive: true });
}, 60_000);

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

const isPushing = (): boolean =>
  shop.github.requests.some(({ route, path }) => route === 'git push' && path.endsWith('git-receive-pack'));

describe('the credentials of a code host', () => {
  it("are in no place while the branch is pushed, the task's own token sealed", async () => {
    const release = hold('git push');
    const id = await submit('sleep 1', token);
    await eventually(isPushing, { timeoutMs: 40_000 });
    const { names } = await searchAll();
    for (const part of ['/artifacts/', '/mirrors/', '/publish/'])
      expect(names.filter((name) => name.includes(part))).not.toEqual([]);
    expect(await query(shop.system, 'SELECT count(*)::int AS sealed FROM "Secret"')).toEqual([{ sealed: 1 }]);
    release();
    expect(await untilSettled(shop, id)).toMatchObject({ deliveries: [{ state: 'succeeded' }] });
    expect(await query(shop.system, 'SELECT count(*)::int AS sealed FROM "Secret"')).toEqual([{ sealed: 0 }]);
  }, 60_000);

  it("are in no place after the App's pull request, nor are the tokens it was given", async () => {
    const id = await submit('sleep 1', null);
    expect(await untilSettled(shop, id)).toMatchObject({ deliveries: [{ state: 'succeeded' }] });
    expect(shop.github.state.minted.length).toBeGreaterThan(0);
    await searchAll();
  }, 60_000);

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
  }, 60_000);

  it('are in no answer about a task or its delivery, and in no artifact', async () => {
    for (const id of taskIds) {
      expectClean('the task', JSON.stringify(await shop.system.client.task(id)), id);
      expectClean('the patch', await shop.system.client.diff(id), known.said);
      expectClean('what the agent saw', await shop.system.client.artifact(id, 'agent.log'), 'PATH=');
    }
  });

  it('are in no pull request, and in no commit', async () => {
    const { pulls, git: store } = shop.github.state.repository('acme', known.name)!;
    expect(pulls).toHaveLength(taskIds.length);
    expectClean('the pull requests', JSON.stringify(pulls), 'Round the totals');
    const commits = await git(store.directory, 'log', '--all', '--patch', '--format=raw');
    expectClean('the commits', commits, known.said);
  });

  it('were not in the description of a container, nor in a command line', async () => {
    const { containers, commandLines } = await watch.stop();
    expectClean('docker inspect', containers, taskIds[0] ?? '');
    expect(commandLines).toMatch(/git\0[^\n]*push/);
    expectClean('command lines', commandLines, known.name);
  });
});
