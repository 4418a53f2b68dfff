import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canarySecret, findCanaries } from '@drydock/testing';
import { startGitFront, type GitFront } from '../testing/git-front.ts';
import { BRANCH, PublishBench } from '../testing/publish-bench.ts';
import { startStandInProxy, type StandInProxy } from '../testing/stand-in-proxy.ts';
import { never } from '../testing/workbench.ts';

const TOKEN = canarySecret('push');
const BASIC = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
const SECRETS = [TOKEN, BASIC];

let bench: PublishBench;
let front: GitFront;
let proxy: StandInProxy;
beforeAll(async () => {
  bench = await PublishBench.open({ auth: { token: TOKEN } });
  front = await startGitFront(bench.vcs.server.url);
  proxy = await startStandInProxy(new Set([new URL(front.url).host]));
});
afterAll(async () => {
  await Promise.all([front.close(), proxy.close()]);
  await bench.close();
});

const publisher = () =>
  bench.publisher({
    guardProxyUrl: proxy.url,
    allowedPrivateHosts: new Set([new URL(front.url).host]),
  });

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // ended meanwhile
  }
};

/** Command lines and environments of the processes that were started below this one for this push. */
const processes = (url: string): { argv: string; environment: string }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      argv: readOr(`/proc/${pid}/cmdline`),
      environment: readOr(`/proc/${pid}/environ`),
    }))
    .filter(({ argv }) => argv.includes(url));

const filesWith = (secret: string, directory: string): string => {
  try {
    return execFileSync('grep', ['-rlF', secret, directory]).toString();
  } catch {
    return '';
  }
};

describe('the credential of a push', () => {
  it('is in the environment of the git process, and in no argv, file or message, while it runs and after', async () => {
    const change = bench.smallChange();
    const url = `${front.url}/${change.name}`;
    const branch = await publisher().prepare(
      bench.request(change, { url, token: TOKEN }),
      () => undefined,
      never(),
    );
    front.fate = 'hold';
    const push = branch.push(never());
    await front.held;
    const running = processes(url);
    expect(running.some(({ argv }) => argv.includes('\0push\0'))).toBe(true);
    expect(running.some(({ environment }) => environment.includes(BASIC))).toBe(true);
    expect(running.flatMap(({ argv }) => findCanaries(argv, SECRETS))).toEqual([]);
    const places = [bench.directory, join(bench.vcs.temp, 'mirrors')];
    expect(filesWith(change.baseCommit, bench.directory)).not.toBe('');
    for (const place of places) for (const secret of SECRETS) expect(filesWith(secret, place)).toBe('');
    front.release();
    await push;
    await branch.close();
    expect(bench.stores()).toEqual([]);
    expect(bench.tip(change, BRANCH)).toBe(branch.commit);
    for (const secret of SECRETS) expect(filesWith(secret, bench.vcs.temp)).toBe('');
  });

  it('is in no error, although the server says it aloud', async () => {
    const change = bench.smallChange();
    const request = bench.request(change, { url: `${front.url}/${change.name}`, token: TOKEN });
    bench.refuse(change, BRANCH, `your token is ${TOKEN} or ${BASIC}`);
    front.fate = 'pass';
    const branch = await publisher().prepare(request, () => undefined, never());
    const refused: unknown = await branch.push(never()).catch((error: unknown) => error);
    front.fate = { status: 403, body: `${TOKEN} ${BASIC} may not push` };
    const turnedAway: unknown = await branch.push(never()).catch((error: unknown) => error);
    await branch.close();
    const texts = [refused, turnedAway].map((error) => {
      const { code, detail, message, stack, cause } = error as Error & { code: string; detail: string };
      return [code, detail, message, stack, (cause as Error).message, (cause as Error).stack].join('\n');
    });
    expect(texts[0]).toContain('your token is *** or ***');
    expect(texts[1]).toContain('forge_permission_missing');
    expect(findCanaries(texts.join('\n'), SECRETS)).toEqual([]);
  });
});
