import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { eventually, ROOT } from '@drydock/testing';

/** Every process whose command line has the text, as its arguments. */
const processesWith = (text: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // gone meanwhile
      }
    })
    .filter((line) => line.includes(text) && !line.includes('--input-type'));

/** Fetches by way of `GitHost` and never ends. */
const FETCHER = `
  import { GIT_LIMITS } from '${join(ROOT, 'libs/vcs/src/host/git-limits.ts')}';
  import { GitHost } from '${join(ROOT, 'libs/vcs/src/host/git-host.ts')}';
  const { URL_TO_FETCH: url, GIT_DIR: gitDir } = process.env;
  const git = new GitHost('git', GIT_LIMITS);
  const signal = new AbortController().signal;
  await git.must({ args: ['init', '-q', '--bare'], gitDir, signal });
  const config = { 'protocol.http.allow': 'always', 'http.lowSpeedTime': '600' };
  const env = { GIT_ALLOW_PROTOCOL: 'http' };
  await git.run({ args: ['fetch', '--end-of-options', url, 'HEAD'], gitDir, config, env, signal });
`;

describe('A process that is killed', () => {
  it('takes its git, and what that has started, with it within seconds', async () => {
    const silent = createServer(() => undefined);
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}/slow.git`;
    const directory = await mkdtemp(join(tmpdir(), 'dd-orphan-'));
    const fetcher = spawn(
      process.execPath,
      ['--import', join(ROOT, 'tools/ts.mjs'), '--input-type=module', '-e', FETCHER],
      {
        cwd: ROOT,
        env: { PATH: process.env['PATH'] ?? '', URL_TO_FETCH: url, GIT_DIR: join(directory, 'a.git') },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const isConnected = (): boolean => processesWith(url).some((line) => line.includes('remote-http'));
    await eventually(isConnected);
    fetcher.kill('SIGKILL');
    await eventually(() => processesWith(url).length === 0);
    expect(processesWith(url)).toEqual([]);
    silent.close();
    await rm(directory, { recursive: true });
  });
});
