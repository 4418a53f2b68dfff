import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { Client } from 'pg';

/**
 * Which installation the data directory of a test belongs to. Specs kill workers and break installations on purpose, and may
 * be killed themselves: what an installation labelled as its own is removed by the note, and nothing of anybody else's.
 */
const NOTE = 'instance-id';

/** Gives an installation its id before anything of it runs. The database is migrated and new. */
export const nameInstallation = async (dataDirectory: string, databaseUrl: string): Promise<void> => {
  const id = `inst_${randomBytes(13).toString('hex')}`;
  await writeFile(join(dataDirectory, NOTE), id);
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    await database.query('INSERT INTO "Instance" (id) VALUES ($1)', [id]);
  } finally {
    await database.end();
  }
};

/** Removes the containers of the installation whose note lies here. Nothing of it may run any more. */
export const removeContainersOf = async (dataDirectory: string): Promise<void> => {
  const id = await readFile(join(dataDirectory, NOTE), 'utf8').catch(() => '');
  if (id === '') return;
  const engine = new Docker();
  const filters = { label: [`drydock.instance=${id}`] };
  const left = await engine.listContainers({ all: true, filters });
  // One may be on its way out already.
  const removals = left.map(({ Id }) => engine.getContainer(Id).remove({ force: true, v: true }));
  await Promise.allSettled(removals);
};
