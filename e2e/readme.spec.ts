import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '@drydock/testing';
import { bash, commitAll, initRaw, publish } from './system/repositories.ts';
import { startSystem, type System } from './system/start-system.ts';

/** The sessions of README.md are run as they stand there: only the key and the two addresses are put in. */
const PATCHED = '+export const roundCents = (cents) => Math.round(cents);';

let system: System;
let scratch: string;
let readme: string;

beforeAll(async () => {
  readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  system = await startSystem();
  scratch = await mkdtemp(join(tmpdir(), 'drydock-readme-'));
  const shop = join(scratch, 'shop');
  await mkdir(shop);
  await bash(shop, `cp -r '${ROOT}/examples/failing-test/.' .`);
  await initRaw(shop);
  await commitAll(shop);
  await publish(shop, system.gitRoot, 'failing-test');
  // What a clone of this repository looks like to `git archive`.
  const clone = join(scratch, 'clone');
  await mkdir(clone);
  await bash(clone, `cp -r '${ROOT}/examples' .`);
  await initRaw(clone);
  await commitAll(clone);
}, 120_000);

afterAll(async () => {
  await system.stop();
  await rm(scratch, { recursive: true, force: true });
}, 60_000);

const blockOf = (title: string): string => {
  const section = readme.split(`\n### ${title}\n`)[1]?.split(/\n#{2,3} /)[0] ?? '';
  const block = /```sh\n([^]*?)```/.exec(section)?.[1];
  if (block === undefined) throw new Error(`README.md has no session "${title}"`);
  return block;
};

const replaceOnce = (text: string, from: RegExp | string, to: string): string => {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`README.md no longer says ${String(from)}`);
  return changed;
};

/** The first session, and with it the two settings that both use. */
const gitSession = (): string => {
  const keyed = replaceOnce(blockOf('A task from a git URL'), /KEY=dk_\.\.\./, `KEY=${system.apiKey}`);
  const placed = replaceOnce(keyed, 'http://localhost:8080', system.url);
  return replaceOnce(placed, 'http://127.0.0.1:8418', system.gitUrl);
};

const zipSession = (): string => {
  const settings = gitSession()
    .split('\n')
    .filter((line) => /^(KEY|API)=/.test(line));
  expect(settings).toHaveLength(2);
  return [...settings, blockOf('A task from a ZIP')].join('\n');
};

const run = async (session: string): Promise<string> => {
  const { stdout, stderr } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', session], {
    cwd: join(scratch, 'clone'),
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  return stdout;
};

describe('the sessions of README.md, copied and pasted', () => {
  it('gives a patch for a git URL', async () => {
    const shown = await run(gitSession());
    expect(shown).toMatch(/^event: task\.queued$/m);
    expect(shown).toMatch(/^event: end$/m);
    const patch = await readFile(join(scratch, 'clone', 'diff.patch'), 'utf8');
    expect(patch).toContain(PATCHED);
    expect(shown.endsWith(patch)).toBe(true);
    await bash(join(scratch, 'shop'), `git apply --check '${join(scratch, 'clone', 'diff.patch')}'`);
  }, 90_000);

  it('gives the task and its artifacts for a ZIP', async () => {
    const shown = await run(zipSession());
    expect(shown).toMatch(/^event: end$/m);
    expect(shown).toContain('"outcome":"changed"');
    expect(shown).toMatch(/"verify":\[\{"command":"npm test",[^{}]*"exitCode":0\}\]/);
    expect(shown).toContain('"name":"diff.patch"');
  }, 90_000);
});
