import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ROOT } from '@drydock/testing';

const HERE = join(ROOT, 'libs/sdk');
/** As strict as anybody's, and it looks into the declarations of the package too. */
const TSCONFIG = {
  compilerOptions: { strict: true, noEmit: true, module: 'nodenext', target: 'es2022', types: ['node'] },
};

const node = async (cwd: string, ...args: string[]): Promise<string> => {
  const run = promisify(execFile)(process.execPath, args, { cwd });
  // What a compiler has to say it says on standard output.
  return (await run.catch((error: unknown) => error as { stdout: string })).stdout;
};

/** A project of somebody else, with the package among its modules. */
let project: string;

beforeAll(async () => {
  // Inside of the repository, so that what the package needs is found further up.
  await mkdir(join(ROOT, '.data'), { recursive: true });
  project = await mkdtemp(join(ROOT, '.data', 'sdk-user-'));
  await node(ROOT, join(HERE, 'make-package.mjs'), join(project, 'node_modules/@drydock/sdk'));
}, 120_000);
afterAll(() => rm(project, { recursive: true, force: true }));

it('is a package that anybody can install: JavaScript, declarations, and the examples of its README fit them', async () => {
  const readme = await readFile(join(HERE, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code ?? '');
  expect(examples.length).toBeGreaterThan(4);
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  for (const [at, code] of examples.entries())
    await writeFile(join(project, `example-${String(at)}.mts`), code);
  expect(await node(project, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.')).toBe('');
}, 180_000);

it('gives Node what its declarations promise', async () => {
  const script = `const all = { ...(await import('@drydock/sdk')), node: await import('@drydock/sdk/node') };
    const names = (object) => Object.keys(object).sort();
    console.log(JSON.stringify([names(all), names(all.node)]))`;
  const [all, more] = JSON.parse(await node(project, '--input-type=module', '-e', script)) as string[][];
  expect(all).toEqual(expect.arrayContaining(['ApiError', 'Drydock', 'isFinal', 'verifyWebhook']));
  // One import is enough there.
  expect(more).toEqual([...(all ?? []).filter((name) => name !== 'node'), 'withZip'].sort());
});
