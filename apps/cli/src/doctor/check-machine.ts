import { readFile, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { json } from 'node:stream/consumers';
import { type Finding, ok, problem, warning } from './finding.ts';

const DEFAULT_SOCKET = '/var/run/docker.sock';
const GIB = 1024 ** 3;
const LEAST_DISK = 5 * GIB;
const LEAST_MEMORY = 4 * GIB;
const LEAST_FILES = 4_096;
const PING_MS = 5_000;

interface Image {
  readonly RepoTags: readonly string[] | null;
}
interface EngineInfo {
  readonly ServerVersion: string;
  readonly DockerRootDir: string;
}

const ask = async <T>(socketPath: string, path: string): Promise<T> => {
  // Half of the time that a command takes to start, for this one alone.
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request({ socketPath, path, signal: AbortSignal.timeout(PING_MS) }, (response) => {
      (json(response) as Promise<T>).then(resolve, reject);
    })
      .on('error', reject)
      .end();
  });
};

const howToReach = (code: string | undefined): string =>
  code === 'EACCES'
    ? 'You may not use it: join the group docker, or run the worker as root.'
    : 'Start Docker; on Debian as root, `npm run services` installs and starts it.';

const checkImages = async (socket: string): Promise<Finding> => {
  const images = await ask<Image[]>(socket, '/images/json');
  const ours = images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.startsWith('drydock/'));
  return ours.length > 0
    ? ok('images', ours.sort().join(', '))
    : problem('images', 'no drydock/* image is there', '`npm run services` builds them.');
};

/** Docker Engine of this machine, its images and its disk. */
export const checkDocker = async (dockerHost: string | undefined): Promise<Finding[]> => {
  const socket = dockerHost === undefined ? DEFAULT_SOCKET : dockerHost.replace(/^unix:\/\//, '');
  if (!socket.startsWith('/'))
    return [
      problem('Docker', `DOCKER_HOST is ${socket}`, 'A worker needs a local engine: unset DOCKER_HOST.'),
    ];
  try {
    const info = await ask<EngineInfo>(socket, '/info');
    return [
      ok('Docker', `Engine ${info.ServerVersion} at ${socket}`),
      await checkImages(socket),
      await checkDisk(info.DockerRootDir),
    ];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return [problem('Docker', `${socket}: ${message}`, howToReach(code))];
  }
};

const checkDisk = async (path: string): Promise<Finding> => {
  const disk = await statfs(path).catch(() => null);
  if (disk === null) return warning('disk', `${path} cannot be looked at`, 'Look at its free space as root.');
  const free = disk.bavail * disk.bsize;
  const detail = `${(free / GIB).toFixed(1)} GiB free at ${path}`;
  return free >= LEAST_DISK
    ? ok('disk', detail)
    : warning('disk', detail, 'A task may need 10 GiB: `docker system prune`, or a larger disk.');
};

/** Memory and open files, as far as a worker here would need them. */
export const checkLimits = async (): Promise<Finding[]> => {
  const memory = totalmem();
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const files = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  const memoryText = `${(memory / GIB).toFixed(1)} GiB`;
  return [
    memory >= LEAST_MEMORY
      ? ok('memory', memoryText)
      : warning(
          'memory',
          memoryText,
          'A task has 4096 MiB by default: ask for less by --limit memoryMb=1024.',
        ),
    files >= LEAST_FILES
      ? ok('open files', Number.isFinite(files) ? `up to ${String(files)}` : 'no limit is known')
      : warning('open files', `only ${String(files)}`, 'Raise it: ulimit -n 65536'),
  ];
};
