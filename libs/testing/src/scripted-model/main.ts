import { readFileSync } from 'node:fs';
import { startScriptedModel } from './scripted-model.ts';

/** `node main.ts SCRIPT [PORT]`: prints one JSON line with the base URL, then serves until SIGTERM or SIGINT. */
const [path, port = '0'] = process.argv.slice(2);
if (path === undefined || !/^\d+$/.test(port)) {
  process.stderr.write('usage: main.ts SCRIPT [PORT]\n');
  process.exit(2);
}
const model = await startScriptedModel({ script: readFileSync(path, 'utf8'), port: Number(port) });
process.stdout.write(`${JSON.stringify({ url: model.url })}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void model.close());
