/** `node tools/migrate.mjs <command>`: see commands/migrate.mjs. */
process.argv.splice(2, 0, 'migrate');
await import('./bootstrap.mjs');
