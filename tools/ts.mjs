/**
 * Loads TypeScript with decorator metadata in development: `node --import ./tools/ts.mjs some/main.ts`. Node's own
 * type stripping knows no decorators. Compiled files are kept under node_modules/.cache by content.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const ROOT = resolve(import.meta.dirname, '..');
const CACHE = join(ROOT, 'node_modules', '.cache', 'drydock-ts');
const SWC_VERSION = require('@swc/core/package.json').version;
const SETTINGS = readFileSync(join(ROOT, '.swcrc'), 'utf8');

mkdirSync(CACHE, { recursive: true });

const compile = (file) => {
  const text = readFileSync(file, 'utf8');
  const key = createHash('sha1').update([SETTINGS, SWC_VERSION, file, text].join('\0')).digest('hex');
  const cached = join(CACHE, key);
  try {
    return readFileSync(cached, 'utf8');
  } catch {
    // First time: swc is loaded only now, as it costs more than all cached files together.
    const { code } = require('@swc/core').transformSync(text, { filename: file, swcrc: true });
    writeFileSync(`${cached}.${process.pid}`, code);
    renameSync(`${cached}.${process.pid}`, cached);
    return code;
  }
};

registerHooks({
  load: (url, context, next) =>
    /^file:.*\.ts$/.test(url)
      ? { format: 'module', shortCircuit: true, source: compile(fileURLToPath(url)) }
      : next(url, context),
});
