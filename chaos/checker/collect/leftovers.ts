import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { withClient } from '@drydock/testing';
import type { Client } from 'pg';
import type { Leftover } from '../evidence.ts';
import { artifactsLeft } from './artifacts-left.ts';
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

const instanceIdOf = async (database: Client): Promise<string> => {
  const [row] = (await database.query<{ id: string }>('SELECT "id" FROM "Instance"')).rows;
  if (row === undefined) throw new Error('The installation has no id: nobody was ever there.');
  return row.id;
};

const search = async (host: SearchedHost, database: Client, instanceId: string): Promise<Leftover[]> => {
  const found = await Promise.all([
    containersLeft(host.engine, instanceId),
    filesLeft(host.dataDirectory),
    artifactsLeft(join(host.dataDirectory, 'artifacts'), database),
    processesLeft(host.dataDirectory, new Set([process.pid, ...host.pids()])),
  ]);
  return found.flat();
};

/** What is still there after this long; ends earlier when there is nothing. The workers must live, they are to clean up. */
export const leftoversWithin = (host: SearchedHost, milliseconds: number): Promise<Leftover[]> =>
  withClient(host.databaseUrl, async (database) => {
    const instanceId = await instanceIdOf(database);
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const left = await search(host, database, instanceId);
      if (left.length === 0 || Date.now() >= deadline) return left;
      await delay(PAUSE_MS);
    }
  });
