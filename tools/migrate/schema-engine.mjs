/** Prisma's schema engine as WebAssembly: nothing is downloaded, unlike the engine that its CLI wants. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';

import { MigrationPg } from './migration-pg.mjs';

const instantiate = async () => {
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
  const bytes = await readFile(join(dirname(entry), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
};

// The bindings keep views on the memory of one instance: a second one in the same process would be read through them.
let instantiated;
const instantiateOnce = () => (instantiated ??= instantiate());

/** Runs `work` with an engine on the database. `datamodels` are `[path, content]` pairs of the Prisma schema. */
export async function withSchemaEngine({ url, datamodels }, work) {
  await instantiateOnce();
  const adapters = new MigrationPg(url);
  try {
    const factory = bindMigrationAwareSqlAdapterFactory(adapters);
    return await work(await bindings.SchemaEngine.new({ datamodels }, () => {}, factory));
  } finally {
    await adapters.close();
  }
}
