import { readFile } from 'node:fs/promises';

const AVAILABLE = /^MemAvailable:\s+(\d+) kB$/m;

/** Bytes that new processes could have without swapping, as the kernel reckons; `meminfo` as in /proc/meminfo. Pure. */
export const parseAvailable = (meminfo: string): number => {
  const kib = AVAILABLE.exec(meminfo)?.[1];
  if (kib === undefined) throw new Error('/proc/meminfo does not tell the available memory.');
  return Number(kib) * 1024;
};

/** Of the host, also when asked in a container: it is where the sandboxes are. */
export const availableMemory = async (): Promise<number> =>
  parseAvailable(await readFile('/proc/meminfo', 'utf8'));
