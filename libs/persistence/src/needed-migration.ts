/** The newest migration that this version needs. `node tools/migrate.mjs new` writes it, and a spec compares. */
export const NEEDED_MIGRATION = '20261122004501_tell_kept_endpoints';
