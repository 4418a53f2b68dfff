import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { Client } from 'pg';
import type { Leftover } from '../evidence.ts';
import { containersLeft } from './containers-left.ts';
import { filesLeft } from './files-left.ts';
import { processesLeft } from './processes-left.ts';

const PAUSE_MS = 500;

/** What is searched: one installation's part of this host. */
export interface SearchedHost {
  readonly engine: Docker;
  readonly databaseUrl: string;
  /** Absolute. */
  readonly dataDirectory: string;
  /** Its api and workers that live, and other processes of the run; the asking one need not be named. */
  readonly pids: () => readonly number[];
}

const instanceIdOf = async (databaseUrl: string): Promise<string> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const [row] = (await client.query<{ id: string }>('SELECT "id" FROM "Instance"')).rows;
    if (row === undefined) throw new Error('The installation has no id: nobody was ever there.');
    return row.id;
  } finally {
    await client.end();
  }
};

const search = async (host: SearchedHost, instanceId: string): Promise<Leftover[]> => {
  const found = await Promise.all([
    containersLeft(host.engine, instanceId),
    filesLeft(host.dataDirectory),
    processesLeft(host.dataDirectory, new Set([process.pid, ...host.pids()])),
  ]);
  return found.flat();
};

/** What is still there after this long; ends earlier when there is nothing. The workers must live, they are to clean up. */
export const leftoversWithin = async (host: SearchedHost, milliseconds: number): Promise<Leftover[]> => {
  const instanceId = await instanceIdOf(host.databaseUrl);
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const left = await search(host, instanceId);
    if (left.length === 0 || Date.now() >= deadline) return left;
    await delay(PAUSE_MS);
  }
};
