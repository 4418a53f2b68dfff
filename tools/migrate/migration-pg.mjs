/**
 * Prisma's pg adapter, made fit for migrations. As it comes (7.10.1) it cuts scripts at every `;`, opens the real
 * database as its shadow, drops the shadow while connected to it, and cannot read columns of type "char".
 */
import { randomUUID } from 'node:crypto';

import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

const OID_CHAR = 18;
const OID_TEXT = 25;

/** Reads "char" as text: the catalogue queries of a diff have such columns. */
const readingCharAsText =
  (query) =>
  async (...args) => {
    const result = await query(...args);
    for (const field of result.fields ?? []) if (field.dataTypeID === OID_CHAR) field.dataTypeID = OID_TEXT;
    return result;
  };

const endPool = (pool) => (pool.ending ? Promise.resolve() : pool.end());

/** The adapter on a pool of its own; disposing it ends the pool. */
const adapterOn = async (pool) => {
  const adapter = await new PrismaPg(pool).connect();
  // A whole file in one simple query: functions and DO blocks stay in one piece, and it is all or nothing.
  adapter.executeScript = async (sql) => void (await pool.query(sql));
  adapter.dispose = () => endPool(pool);
  return adapter;
};

/** Adapter factory for `bindMigrationAwareSqlAdapterFactory`. */
export class MigrationPg {
  provider = 'postgres';
  adapterName = '@prisma/adapter-pg';
  #config;
  #pools = new Set();

  /** @param url - `postgresql://user:password@host:port/database`. */
  constructor(url) {
    this.#config = parseIntoClientConfig(url);
  }

  connect() {
    return adapterOn(this.#open(this.#config));
  }

  /** A new empty database on the same server, dropped when the adapter is disposed. */
  async connectToShadowDb() {
    const database = `drydock_shadow_${randomUUID().replaceAll('-', '')}`;
    const owner = this.#open(this.#config);
    await owner.query(`CREATE DATABASE "${database}"`);
    const adapter = await adapterOn(this.#open({ ...this.#config, database }));
    const endShadow = adapter.dispose;
    adapter.dispose = async () => {
      await endShadow();
      await owner.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
      await endPool(owner);
    };
    return adapter;
  }

  /** Ends what the engine left open; an idle pool would keep the process alive for 10 s. */
  async close() {
    await Promise.all([...this.#pools].map(endPool));
  }

  #open(config) {
    const pool = new pg.Pool({ ...config, max: 2 });
    pool.query = readingCharAsText(pool.query.bind(pool));
    this.#pools.add(pool);
    return pool;
  }
}
