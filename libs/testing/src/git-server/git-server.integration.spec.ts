import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startGitServer, type GitServer } from './git-server.ts';

const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', GIT_TERMINAL_PROMPT: '0' };
const person = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
let temp = '';
let server: GitServer;

const git = async (cwd: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)('git', [...person, ...args], { cwd, env })).stdout.trim();

beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'dd-git-'));
  await mkdir(join(temp, 'root/acme/shop.git'), { recursive: true });
  await git(join(temp, 'root/acme/shop.git'), 'init', '--bare', '--quiet', '--initial-branch=main');
  server = await startGitServer({ root: join(temp, 'root'), auth: { token: 't0ken' } });
});
afterEach(async () => {
  await server.close();
  await rm(temp, { recursive: true, force: true });
});

describe('startGitServer', () => {
  it('takes pushes and serves clones to those with the token', async () => {
    const url = `${server.url.replace('//', '//x:t0ken@')}/acme/shop.git`;
    await git(temp, 'clone', '--quiet', url, 'one');
    // Random-looking, so that the push is larger than one chunk
    await writeFile(
      join(temp, 'one/f'),
      Array.from({ length: 200_000 }, (_, i) => (i * 2_654_435_761) % 1e9).join('\n'),
    );
    await git(join(temp, 'one'), 'add', '.');
    await git(join(temp, 'one'), 'commit', '--quiet', '-m', 'x');
    await git(join(temp, 'one'), 'push', '--quiet', 'origin', 'HEAD:main');
    await git(temp, 'clone', '--quiet', '--depth=1', url, 'two');
    expect(await readFile(join(temp, 'two/f'), 'utf8')).toBe(await readFile(join(temp, 'one/f'), 'utf8'));
    expect(server.requests.some((line) => line.startsWith('POST /acme/shop.git/git-receive-pack'))).toBe(
      true,
    );
  });

  it('turns others away', async () => {
    for (const userinfo of ['', 'x:wrong@'])
      await expect(
        git(temp, 'ls-remote', `${server.url.replace('//', `//${userinfo}`)}/acme/shop.git`),
      ).rejects.toThrow(/Authentication failed|could not read Username/);
  });
});
