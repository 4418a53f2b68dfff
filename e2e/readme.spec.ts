import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '@drydock/testing';
import { greetingLines } from '../tools/start/greeting.mjs';
import { AtTerminal } from './pasted/at-terminal.ts';
import { sessionsOf, whereTheyPart, type Session } from './pasted/page-sessions.ts';
import { bash, commitAll, initRaw, publish } from './system/repositories.ts';
import { startSystem, type System } from './system/start-system.ts';

/** The sessions of README.md are run as they stand there: only the key and the two addresses are put in. */
const PATCHED = '+export const roundCents = (cents) => Math.round(cents);';

let system: System;
let scratch: string;
let readme: string;

beforeAll(async () => {
  readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  system = await startSystem({
    script: await readFile(join(ROOT, 'examples/trajectories/fix.yaml'), 'utf8'),
  });
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
});

afterAll(async () => {
  await system.stop();
  await rm(scratch, { recursive: true, force: true });
});

/** The tutorial shows the list of tasks as somebody sees it who has just begun: it comes before those of README.md. */
describe('docs/tutorial/first-task.md, followed word for word', () => {
  const ADDRESS = 'http://localhost:8080';
  const START = /\bnpm start$/m;
  let reader: AtTerminal;

  beforeAll(async () => {
    reader = await AtTerminal.in(ROOT);
  });
  afterAll(() => reader.leave());

  /** The first task, for the commands that want the id that the reader has seen. */
  const anyTask = async (): Promise<string> => {
    const { items } = (await (await system.client.request('/v1/tasks')).json()) as {
      items: { id: string }[];
    };
    return items[0]?.id ?? 'none yet';
  };

  /** What the reader types is what stands there, but for the address and an id, and sees it as the page has it. */
  const follow = async ({ commands }: Session): Promise<{ code: number | null; shown: string }> => {
    const typed = commands.replaceAll(ADDRESS, system.url).replaceAll('task_…', await anyTask());
    const { code, shown } = await reader.paste(typed, [
      { question: 'not shown', answer: system.apiKey },
      { question: '[y/N]', answer: 'y' },
    ]);
    return { code, shown: shown.replaceAll(system.url, ADDRESS).replaceAll(reader.home, '/root') };
  };

  it('shows what comes of each command, and ends with a program that a model has repaired', async () => {
    const page = await readFile(join(ROOT, 'docs/tutorial/first-task.md'), 'utf8');
    const sessions = sessionsOf(page).filter(({ commands }) => !START.test(commands));
    expect(sessions.length).toBeGreaterThan(8);
    const parted: string[] = [];
    for (const session of sessions) {
      const { commands, shown } = session;
      const came = await follow(session);
      const part = shown === null ? null : whereTheyPart(shown, came.shown);
      // A program with a bug has a test that fails.
      const code = /fail [1-9]/.test(shown ?? '') ? 1 : 0;
      if (part !== null || came.code !== code)
        parted.push(`$ ${commands}${came.shown}\nexit ${String(came.code)}\n${part ?? ''}`);
    }
    expect(parted.join('\n\n')).toBe('');
    const repaired = await reader.paste('git --no-pager diff', []);
    expect(repaired.shown).toContain(PATCHED);
  }, 400_000);

  it('shows what npm start says; the system of this file stands for it', async () => {
    const page = await readFile(join(ROOT, 'docs/tutorial/first-task.md'), 'utf8');
    const [first, second] = sessionsOf(page).filter(({ commands }) => START.test(commands));
    expect([first?.commands, second?.shown]).toEqual(['npm start\n', null]);
    const said = greetingLines(ADDRESS, 'dk_1').map((line: string) => `[   9.1s] ${line}`);
    expect(whereTheyPart(first?.shown ?? '', said.join('\n'))).toBeNull();
  });
});

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
    timeout: 100_000,
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
  });

  it('gives the task and its artifacts for a ZIP', async () => {
    const shown = await run(zipSession());
    expect(shown).toMatch(/^event: end$/m);
    expect(shown).toContain('"outcome":"changed"');
    expect(shown).toMatch(/"verify":\[\{"command":"npm test",[^{}]*"exitCode":0\}\]/);
    expect(shown).toContain('"name":"diff.patch"');
  });
});
