import { defineConfig } from 'prisma/config';

/** No URL here: migrations are run by tools/migrate.mjs, and the adapters are given theirs by libs/config. */
export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
