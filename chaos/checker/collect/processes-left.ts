import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Leftover } from '../evidence.ts';

/** Whatever of a process speaks of where it belongs. Empty: it has ended, or is not ours to look into. */
const tracesOf = async (pid: string): Promise<{ commandLine: string; all: string }> => {
  const [commandLine, environment, directory] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => ''),
    readFile(`/proc/${pid}/environ`, 'latin1').catch(() => ''),
    readlink(`/proc/${pid}/cwd`).catch(() => ''),
  ]);
  return { commandLine, all: [commandLine, environment, directory].join('\0') };
};

/** Processes that name a directory in their command line, environment or working directory, but for those that may. */
export const processesLeft = async (directory: string, mayLive: ReadonlySet<number>): Promise<Leftover[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && !mayLive.has(Number(name)));
  const traces = await Promise.all(pids.map(async (pid) => ({ pid, ...(await tracesOf(pid)) })));
  return traces
    .filter(({ all }) => all.includes(directory))
    .map(({ pid, commandLine }) => ({
      kind: 'process',
      name: `${pid}: ${commandLine.replaceAll('\0', ' ').trim().slice(0, 200)}`,
    }));
};
