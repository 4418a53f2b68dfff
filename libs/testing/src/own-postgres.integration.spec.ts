import { afterEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { eventually } from './eventually.ts';
import { ownPostgres, type OwnPostgres } from './own-postgres.ts';

describe('ownPostgres', () => {
  let postgres: OwnPostgres;
  afterEach(() => postgres.stop());

  const run = async (text: string, connectionTimeoutMillis = 30_000) => {
    const client = new Client({ connectionString: postgres.url, connectionTimeoutMillis });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };
  const answers = () => eventually(() => run('SELECT 1'));

  it('is migrated, and keeps its address and its data over kill, start and restart', async () => {
    postgres = await ownPostgres({ serverArguments: ['-c', 'max_connections=23'] });
    await run(`INSERT INTO "Team" (id, name) VALUES ('team_kept', 'kept')`);
    expect(await run('SHOW max_connections')).toEqual([{ max_connections: '23' }]);
    await postgres.kill();
    await expect(run('SELECT 1', 1_000)).rejects.toThrow();
    await postgres.start();
    await answers();
    await postgres.restart();
    await answers();
    expect(await run(`SELECT name FROM "Team" WHERE id = 'team_kept'`)).toEqual([{ name: 'kept' }]);
  });

  it('is silent while it is paused', async () => {
    postgres = await ownPostgres();
    await postgres.pause();
    await expect(run('SELECT 1', 1_000)).rejects.toThrow('timeout');
    await postgres.resume();
    await answers();
  });

  it('says that its disk is full, and has room again', async () => {
    postgres = await ownPostgres({ diskMb: 160 });
    await run('CREATE TABLE big (t text)');
    const insert = `INSERT INTO big SELECT repeat(md5(n::text), 60) FROM generate_series(1, 2000) n`;
    await postgres.fillDisk();
    await expect(run(insert)).rejects.toMatchObject({ code: '53100' });
    await postgres.freeDisk();
    await expect(run(insert)).resolves.toEqual([]);
  });
});
