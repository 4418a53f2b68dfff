import { execFile } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { ZipFile } from 'yazl';

const execute = promisify(execFile);

/** Keeps the machine's own git settings out of every test. */
const GIT_ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  LC_ALL: 'C.UTF-8',
};
/** Bytes in, bytes out: the oracle must not convert either. */
export const RAW_ATTRIBUTES = '* -text !eol -ident !filter !working-tree-encoding !diff\n';

export const git = async (directory: string, ...args: string[]): Promise<string> => {
  const { stdout } = await execute('git', ['-c', 'core.quotePath=false', ...args], {
    cwd: directory,
    env: GIT_ENV,
    maxBuffer: 256 * 1024 ** 2,
  });
  return stdout.trim();
};

export const bash = async (directory: string, script: string): Promise<void> => {
  await execute('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: directory,
    env: GIT_ENV,
    maxBuffer: 64 * 1024 ** 2,
  });
};

/** `git init` with raw attributes, so that what is added is what is on disk. */
export const initRaw = async (directory: string): Promise<void> => {
  await git(directory, 'init', '-q', '-b', 'main', '.');
  await mkdir(join(directory, '.git', 'info'), { recursive: true });
  await bash(directory, `printf '%s' '${RAW_ATTRIBUTES}' > .git/info/attributes`);
};

/** Commits everything in the directory, ignored or not, byte for byte. */
export const commitAll = async (directory: string): Promise<string> => {
  await git(directory, 'add', '-A', '-f', '.');
  await git(directory, 'commit', '-q', '--allow-empty', '-m', 'base');
  return git(directory, 'rev-parse', 'HEAD');
};

/** A bare copy that the git server serves as `<name>.git`. */
export const publish = async (directory: string, gitRoot: string, name: string): Promise<void> => {
  await git(directory, 'clone', '-q', '--bare', directory, join(gitRoot, `${name}.git`));
};

const SYMLINK = 0o120777;

const addTo = async (zip: ZipFile, directory: string, prefix: string): Promise<void> => {
  for (const name of (await readdir(directory)).sort()) {
    if (prefix === '' && name === '.git') continue;
    const path = join(directory, name);
    const stats = await lstat(path);
    const zipName = `${prefix}${name}`;
    if (stats.isDirectory()) await addTo(zip, path, `${zipName}/`);
    else if (stats.isSymbolicLink())
      zip.addBuffer(Buffer.from(await readlink(path)), zipName, { mode: SYMLINK });
    else zip.addBuffer(await readFile(path), zipName, { mode: stats.mode });
  }
};

/** Zips a folder as people do, links and executable bits kept. */
export const zipFolder = async (directory: string, zipPath: string): Promise<void> => {
  const zip = new ZipFile();
  await addTo(zip, directory, '');
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(zipPath));
};
