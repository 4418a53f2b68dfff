import { eventually, startTestGithub, type RepositoryState, type TestGithub } from '@drydock/testing';
import type { DeliveryView, TaskView } from '../system/client.ts';
import { startSystem, type System, type SystemOptions } from '../system/start-system.ts';
import { bashTask } from '../system/tasks.ts';

/** Who Drydock is at GitHub: nobody, so that tasks bring their token, or one of the two that an operator sets up. */
export type Identity = 'none' | 'token' | 'app';

/** A Drydock of its own, and its GitHub with the private repository `acme/shop`. */
export interface Shop {
  readonly system: System;
  readonly github: TestGithub;
  readonly repository: RepositoryState;
  /** What git clones. */
  readonly url: string;
  /** Of a person who may push to it. */
  readonly token: string;
  close(): Promise<void>;
}

/** Ends like a program would not write them: CRLF, and no line end at the end of the file. */
const FILES = { 'a.txt': 'one\r\ntwo\r\nthree', 'gone.txt': 'gone\n', 'run.sh': 'echo run\n' };

const GRANTED = { contents: 'write', pull_requests: 'write', checks: 'write', issues: 'write' } as const;

const environmentOf = (identity: Identity, token: string, { app }: TestGithub['state']) => {
  if (identity === 'none') return {};
  if (identity === 'token') return { GITHUB_TOKEN: token };
  return { GITHUB_APP_ID: String(app.id), GITHUB_APP_PRIVATE_KEY: app.privateKey };
};

/** One more private repository of `acme`, which the person may push to. */
export const addRepository = async (github: TestGithub, name: string): Promise<RepositoryState> => {
  const repository = await github.state.addRepository(`acme/${name}`);
  repository.collaborators.set('grace', 'write');
  await repository.git.push('main', FILES);
  return repository;
};

export const urlOf = (github: TestGithub, { fullName }: RepositoryState): string =>
  `${github.url}/${fullName}.git`;

export interface ShopOptions extends SystemOptions {
  /** Where the API is below the code host's address, such as `/api/v3` of GitHub Enterprise Server; nothing when left out. */
  readonly apiPath?: string;
}

export const openShop = async (identity: Identity, options: ShopOptions = {}): Promise<Shop> => {
  const github = await startTestGithub();
  const token = github.state.personalToken('grace');
  const repository = await addRepository(github, 'shop');
  github.state.install('acme', GRANTED);
  const { apiPath = '', env: more, ...rest } = options;
  const address = { GITHUB_API_URL: `${github.url}${apiPath}` };
  const env = { ...address, ...environmentOf(identity, token, github.state), ...more };
  const system = await startSystem({ ...rest, github, env }).catch(async (error: unknown) => {
    await github.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await system.stop();
    await github.close();
  };
  return { system, github, repository, url: urlOf(github, repository), token, close };
};

/** Until the worker has learnt which bot the App is, as it does once, beside its work. */
export const untilKnown = ({ github }: Shop): Promise<unknown> =>
  eventually(() => github.apiCalls.includes('GET /users/{username}'));

export interface Wanted {
  readonly url?: string;
  /** Null: the task brings none. */
  readonly token?: string | null;
  readonly verify?: readonly string[];
  /** Left out: no pull request. */
  readonly pullRequest?: Readonly<Record<string, unknown>>;
}

/** A task whose agent is a bash script in the repository. */
export const shopTask = (shop: Shop, script: string, wanted: Wanted = {}): Record<string, unknown> => {
  const { url = shop.url, token = shop.token, pullRequest, verify } = wanted;
  return bashTask(url, script, {
    source: { git: { url, ...(token !== null && { token }) } },
    description: 'Round the totals to the cent',
    ...(verify && { verify }),
    ...(pullRequest && { deliver: { pullRequest } }),
  });
};

const isSettled = ({ deliveries }: TaskView): boolean =>
  deliveries.length > 0 && deliveries.every(({ state }) => state !== 'pending');

/** Until the task has ended and nothing of it waits to be delivered. */
export const untilSettled = async ({ system }: Shop, id: string): Promise<TaskView> => {
  await system.client.wait(id);
  return system.client.until(id, isSettled);
};

const deliveryIn = async (response: Response): Promise<DeliveryView> => {
  const text = await response.text();
  if (response.status !== 202) throw new Error(`delivery: ${String(response.status)} ${text}`);
  return JSON.parse(text) as DeliveryView;
};

/** Asks for a pull request of a finished task, by the person's token. */
export const order = async (
  { system, token }: Shop,
  taskId: string,
  pullRequest: Readonly<Record<string, unknown>> = {},
): Promise<DeliveryView> =>
  deliveryIn(
    await system.client.post(`/v1/tasks/${taskId}/deliveries`, { pullRequest, source: { git: { token } } }),
  );

export const retry = async ({ system, token }: Shop, deliveryId: string): Promise<DeliveryView> =>
  deliveryIn(await system.client.post(`/v1/deliveries/${deliveryId}/retry`, { source: { git: { token } } }));
