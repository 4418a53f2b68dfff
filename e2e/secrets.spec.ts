import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canarySecret, findCanaries, freePort, startGitServer, type GitServer } from '@drydock/testing';
import { git } from './system/repositories.ts';
import {
  base64Inside,
  databaseText,
  environmentsOf,
  filesText,
  isGitOnline,
  redisText,
  watchHost,
  type HostWatch,
} from './system/places.ts';
import { startSystem, type System } from './system/start-system.ts';
import { publishScript } from './system/tasks.ts';

/** The token of a private source and the key of the provider go through everything, and stay nowhere in clear. */
const LOOK = 'env; tr "\\0" "\\n" < /proc/1/environ; cat /proc/*/cmdline /in/task.json; sleep 1';
const script = {
  turns: [
    { when: { step: 1 }, toolCalls: [{ name: 'bash', arguments: { command: LOOK } }] },
    { when: { step: 2 }, toolCalls: [{ name: 'write_file', arguments: { path: 'b.txt', content: 'b\n' } }] },
    { when: {}, toolCalls: [{ name: 'finish', arguments: { summary: 'done' } }] },
  ],
};
const token = canarySecret('source');

let system: System;
let guarded: GitServer;
let watch: HostWatch;
let secrets: readonly string[];

beforeAll(async () => {
  // The folder of the git server is there only once the system runs, which has to know the address of the server
  const port = await freePort();
  system = await startSystem({
    script,
    allowPrivateHosts: [`127.0.0.1:${String(port)}`],
    env: { DRYDOCK_LOG_LEVEL: 'debug' },
  });
  watch = watchHost();
  // The git that asks is seen while it waits, however short its life is otherwise.
  const { look: beforeAnswer } = watch;
  guarded = await startGitServer({ root: system.gitRoot, auth: { token }, port, beforeAnswer });
  const plain = [token, system.providerKey, system.apiKey];
  secrets = [...plain, ...plain.flatMap(base64Inside)];
  await publishScript(system, 'private', 'echo one > a.txt');
});

afterAll(async () => {
  await watch.stop();
  await guarded.close();
  await system.stop();
});

const submit = (path: string, more: object = {}) =>
  system.client.submit({
    source: { git: { url: `${guarded.url}/${path}`, token } },
    description: 'write b',
    verify: ['test -f b.txt'],
    ...more,
  });

const expectClean = (place: string, text: string | Uint8Array): void => {
  expect({ place, found: findCanaries(text, secrets) }).toEqual({ place, found: [] });
};

describe('secrets', () => {
  it('do their work in a task that ends well, in one that fails and in one that waits', async () => {
    const done = await submit('private.git');
    const failed = await submit('none.git');
    const waiting = await submit('private.git', { notBefore: '2100-01-01T00:00:00Z' });
    expect(await system.client.wait(done.id)).toMatchObject({ outcome: 'changed' });
    expect(await system.client.wait(failed.id)).toMatchObject({ error: { code: 'source_not_found' } });
    expectClean('the answers about a task', JSON.stringify([done, failed, waiting]));
    expectClean('its events', JSON.stringify(await system.client.events(done.id)));
    // Stays, so that the sealed token is in the database when it is searched
    expect(waiting.status).toBe('queued');
  });

  it('are found by this very search where they are in clear', () => {
    expect(findCanaries(`a ${token} b`, secrets)).toEqual([token]);
    for (const user of ['', 'a', 'git', 'x-access-token']) {
      const header = Buffer.from(`${user}:${token}`).toString('base64');
      expect(findCanaries(`Authorization: Basic ${header}`, secrets)).not.toEqual([]);
    }
  });

  it('are not in the database, where the token of a waiting task is sealed', async () => {
    const dump = await databaseText(system);
    expect(dump).toContain('"Secret"');
    expect(dump).toContain('private.git');
    expectClean('the database', dump);
  });

  it('are not in Redis', async () => {
    const { keys, text } = await redisText(system);
    expect(keys).toBeGreaterThan(0);
    expectClean('Redis', text);
  });

  it('are not in any file: artifacts, mirrors and their settings, workspaces, sockets', async () => {
    const { names, text } = await filesText(system);
    for (const part of ['/artifacts/', '/mirrors/', 'prompts.jsonl', 'config'])
      expect(names.some((name) => name.includes(part))).toBe(true);
    expectClean('the data directory', text);
    const mirrors = names.filter((name) => name.includes('/mirrors/') && name.endsWith('/config'));
    for (const config of mirrors)
      expectClean(config, await git('/', 'config', '--file', config, '--list', '--show-origin'));
  });

  it('are not in the logs of api and worker', () => {
    for (const app of [system.api, ...system.workers]) {
      expect(app.output).toContain('"level"');
      expectClean(`the log of the ${app.name}`, app.output);
    }
  });

  it('were not in the description of a container, nor in a command line', async () => {
    const { containers, processes } = await watch.stop();
    expect(containers).toContain('drydock.phase');
    const commands = processes.map(({ command }) => command).join('\n');
    expect(commands).toMatch(/git\0.*fetch/);
    expectClean('docker inspect', containers);
    expectClean('command lines', commands);
  });

  it('were in the environment of the git that talks to the source, and in no other but by configuration', async () => {
    const { processes } = await watch.stop();
    const ofGit = processes.filter(({ command }) => isGitOnline(command));
    expect(findCanaries(environmentsOf(ofGit), secrets)).not.toEqual([]);
    const others = processes.filter(({ command }) => !isGitOnline(command));
    expect(environmentsOf(others)).toContain('PATH=');
    // The keys of the provider and of the api are how api and worker are set up
    const ofTask = [token, ...base64Inside(token)];
    expect(findCanaries(environmentsOf(others), ofTask)).toEqual([]);
    const strangers = others.filter(({ command }) => !/\/dist\/(?:api|worker)\.mjs/.test(command));
    expectClean('environments', environmentsOf(strangers));
  });
});
