import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, ROOT } from '@drydock/testing';
import { startSystem, type System } from '../system/start-system.ts';
import { query } from '../system/teams.ts';
import { ended, Person } from './run-command.ts';

let system: System;
let person: Person;

beforeAll(async () => {
  system = await startSystem({ workers: 0 });
});
afterAll(() => system.stop());
beforeEach(async () => {
  person = await Person.of(system);
});
afterEach(() => person.leave());

const TASK_ID = 'task_01h00000000000000000000000';
const submit = async (...more: string[]): Promise<string> =>
  (
    await person.succeed(['run', 'x y', '--git', `${system.gitUrl}/none.git`, '-d', ...more, '--', 'true'])
  ).trim();

describe('tasks', () => {
  it('are submitted with everything that flags can say', async () => {
    const id = await submit(
      ...['--ref', 'main', '--label', 'a=b=c', '--label', 'd=', '--priority', '9', '--attempts', '2'],
      ...['--timeout', '60', '--limit', 'memoryMb=512', '--setup', 'one', '--setup', 'two', '--verify', 'v'],
      ...['--focus', 'src/a.ts', '--instructions', 'be kind'],
    );
    expect(await person.json(['show', id])).toMatchObject({
      id,
      source: { git: { url: `${system.gitUrl}/none.git`, ref: 'main' } },
      labels: { a: 'b=c', d: '' },
      priority: 9,
      maxAttempts: 2,
      limits: { timeoutSeconds: 60, memoryMb: 512 },
      setup: ['one', 'two'],
      verifyCommands: ['v'],
      focusPaths: ['src/a.ts'],
      agent: { harness: 'command', command: ['true'], instructions: 'be kind' },
    });
    expect(await person.succeed(['show', id])).toMatch(/^label +a=b=c$/m);
  });

  it('are listed, filtered, cancelled and tried again', async () => {
    const first = await submit('--label', 'set=list');
    const second = await submit('--label', 'set=list');
    const { items } = await person.json<{ items: { id: string }[] }>(['list', '--label', 'set:list']);
    expect(items.map(({ id }) => id)).toEqual([second, first]);
    expect(await person.succeed(['cancel', first])).toBe(`${first}  cancelled\n`);
    expect(await person.succeed(['list', '-l', 'set:list', '-s', 'cancelled', '-n', '1'])).toMatch(
      new RegExp(`^ID .*\n${first}  cancelled  now  .*  x y\n$`),
    );
    const again = (await person.succeed(['retry', first])).trim();
    expect(await person.json(['show', again])).toMatchObject({ retryOf: first });
    const log = await person.succeed(['logs', first, '--json']);
    const types = log
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(['task.queued', 'task.cancel_requested', 'task.finished']);
    const followed = await person.run(['logs', '-f', first]);
    expect(followed).toMatchObject({ code: 1, stdout: 'cancel was asked for\ncancelled (cancelled)\n' });
  });

  it('take their description from a file and from standard input', async () => {
    const file = join(person.home, 'what.md');
    await writeFile(file, 'from a file');
    const git = ['--git', `${system.gitUrl}/none.git`, '-d'];
    const one = (await person.succeed(['run', '-f', file, ...git, '--', 'true'])).trim();
    const two = (
      await person.succeed(['run', '-f', '-', ...git, '--', 'true'], { input: 'from a pipe' })
    ).trim();
    expect(await person.json(['show', one])).toMatchObject({ description: 'from a file' });
    expect(await person.json(['show', two])).toMatchObject({ description: 'from a pipe' });
  });
});

describe('help', () => {
  it('comes without being asked for when nothing is, on standard output', async () => {
    for (const [args, holds] of [
      [[], 'Results:\n  diff'],
      [['keys'], 'Usage: drydock keys'],
      [['run', '--help'], 'Examples:\n  # '],
    ] as const) {
      const { code, stdout, stderr } = await person.run(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(holds);
    }
  });

  it('says of an unknown topic that it is none', async () => {
    expect(await person.run(['help', 'nothing'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('mistakes', () => {
  it.each([
    ['an unknown flag', ['list', '--limt', '3'], /unknown option '--limt'.*\n.*--limit/],
    ['a value out of range', ['list', '--limit', '0'], /--limit <count>.*Use a number from 1 to 100000/],
    ['a choice that is none', ['list', '--status', 'done'], /--status <status>.*queued, running, succeeded/],
    ['an unknown command', ['lst'], /unknown command 'lst'.*\n.*list/],
    ['an id that is none', ['show', 'task_1'], /task_01h….*drydock list/],
    ['a missing id', ['diff'], /missing required argument 'id'.*\n.*--help/],
    ['no description', ['run'], /drydock run "fix the failing test"/],
    ['a label without a value', ['run', 'x', '--label', 'a'], /--label <key=value>.*Use key=value/],
    [
      'a limit that is no number',
      ['run', 'x', '--limit', 'cpus=two'],
      /--limit cpus=two: "two" is no number/,
    ],
    [
      'a limit that there is not',
      ['run', 'x', '--git', 'https://github.com/a/b', '--limit', 'x=2'],
      /--limit <name=value>.*one of .*memoryMb/,
    ],
    [
      'a description without quotes',
      ['run', 'fix', 'the', 'test'],
      /too many arguments.*\n.*\n.*into quotes/,
    ],
    ['a team that there is not', ['keys', 'list', '--team', 'x'], /--team: there is no team "x"/],
    ['a key that there is not', ['keys', 'revoke', 'x'], /no key "x".*drydock keys list/],
    [
      'a branch that can be none',
      ['run', 'x', '--git', 'https://github.com/a/b', '--ref', '..'],
      /--ref: must/,
    ],
    ['--ref without --git', ['run', 'x', '--ref', 'main'], /--ref: it belongs to --git/],
    ['--apply with --git', ['run', 'x', '--git', 'u', '--apply'], /--apply: with --git there is no folder/],
    ['--branch with --detach', ['run', 'x', '-d', '--branch', 'b'], /--branch: --detach does not wait/],
    ['--pr outside of a checkout', ['run', 'x', '--pr'], /--pr: .* is no git checkout/],
    ['a branch outside of a checkout', ['run', 'x', '--branch', 'b'], /--branch: .* is no git checkout/],
    ['a folder that is not there', ['run', 'x', '-C', 'nowhere'], /--dir: .*nowhere is no folder/],
    ['a file that is not there', ['run', '-f', 'nofile'], /--file: nofile cannot be read/],
    [
      'a URL with credentials',
      ['run', 'x', '--git', 'https://a:b@github.com/a/b', '--', 'true'],
      /--git: .*credential/,
    ],
    ['an address that is none', ['list', '--url', 'drydock'], /--url: .*"drydock" is no http or https URL/],
    ['a command after -- where none is run', ['list', '--', 'true'], /only `drydock run`/],
    ['an unknown shell', ['completion', 'tcsh'], /bash, zsh, fish/],
  ])('%s ends with 2 and says what to write instead', async (_what, args, message) => {
    const { code, stdout, stderr } = await person.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    const asJson = await person.run([args[0] ?? '', '--json', ...args.slice(1)]);
    expect(asJson.code).toBe(2);
    expect(JSON.parse(asJson.stderr)).toMatchObject({ error: { message: expect.any(String) as unknown } });
  });

  it('a task that is not there ends with 2, an API that is not there with 3', async () => {
    const missing = await person.run(['show', TASK_ID, '--json']);
    expect(missing.code).toBe(2);
    expect(JSON.parse(missing.stderr)).toMatchObject({ error: { code: 'not_found' } });
    const away = await person.run(['list', '--url', 'http://127.0.0.1:9']);
    expect(away).toMatchObject({ code: 3, stdout: '' });
    expect(away.stderr).toContain('http://127.0.0.1:9 cannot be reached');
    expect(away.stderr).toContain('drydock doctor');
  });
});

describe('login and keys', () => {
  const noEnvironment = { DRYDOCK_API_KEY: '', DRYDOCK_URL: '' };

  it('keeps a key that works, for its owner alone, and shows it to its own address only', async () => {
    const login = ['login', '--with-key', '--url', system.url];
    const wrong = await person.run(login, {
      env: noEnvironment,
      input: 'dk_00000000_000000000000000000000000\n',
    });
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/not known here.*Nothing was kept/) as unknown,
    });
    await person.succeed(login, { env: noEnvironment, input: `${system.apiKey}\n` });
    const file = join(person.home, '.config/drydock/config.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ url: system.url, apiKey: system.apiKey });
    await person.succeed(['list'], { env: noEnvironment });
    const elsewhere = await person.run(['list', '--url', 'http://127.0.0.1:9'], { env: noEnvironment });
    expect(elsewhere).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no API key for') as unknown,
    });
    const xdg = { ...noEnvironment, XDG_CONFIG_HOME: join(person.home, 'xdg') };
    expect(await person.run(['list', '--url', system.url], { env: xdg })).toMatchObject({ code: 2 });
  });

  it('asks for address and key at a terminal, and never shows the key', async () => {
    const child = person.atTerminal(['login'], { env: noEnvironment });
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    const end = ended(child);
    await eventually(() => seen.includes('Address of Drydock [http://localhost:8080]:'));
    child.stdin.write(`${system.url}\r`);
    await eventually(() => seen.includes('not shown):'));
    child.stdin.write(`${system.apiKey}\r`);
    expect(await end).toMatchObject({ code: 0, stdout: expect.stringContaining('Logged in to') as unknown });
    expect(seen).not.toContain(system.apiKey);
    await person.succeed(['list'], { env: noEnvironment });
  });

  it('ends when nobody types a key after all', async () => {
    const child = person.atTerminal(['login', '--url', system.url], { env: noEnvironment });
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    const end = ended(child);
    await eventually(() => seen.includes('not shown):'));
    child.stdin.write('\u0004');
    expect(await end).toMatchObject({ code: 130 });
  });

  it('leads back to login when the key was revoked', async () => {
    const made = await person.json<{ id: string; key: string }>([
      'keys',
      'create',
      '--scope',
      'tasks:read',
      'tasks:write',
    ]);
    const env = { DRYDOCK_API_KEY: made.key };
    await person.succeed(['list'], { env });
    const forbidden = await person.run(['keys', 'list'], { env });
    expect(forbidden).toMatchObject({ code: 2, stderr: expect.stringContaining('admin') as unknown });
    await person.succeed(['keys', 'revoke', made.id]);
    const { code, stderr } = await person.run(['list'], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/This API key was revoked on \d{4}-\d\d-\d\d\..*\n`drydock login`/);
    expect(await person.succeed(['keys', 'list'])).toMatch(new RegExp(`^${made.id} +revoked`, 'm'));
    expect(await person.succeed(['keys', 'list'])).not.toContain(made.key);
  });

  it('leads back to login when the key has expired', async () => {
    const made = await person.json<{ id: string; key: string }>(['keys', 'create', '--days', '30']);
    const env = { DRYDOCK_API_KEY: made.key };
    await person.succeed(['list'], { env });
    expect(await person.succeed(['keys', 'list'])).toMatch(new RegExp(`^${made.id} +until \\d{4}-`, 'm'));
    await query(
      system,
      `UPDATE "ApiKey" SET "expiresAt" = now() - interval '1 day' WHERE "id" = '${made.id}'`,
    );
    // What was looked up is kept for a second.
    const { code, stderr } = await eventually(async () => {
      const answer = await person.run(['list'], { env });
      return answer.code === 0 ? null : answer;
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/This API key expired on \d{4}-\d\d-\d\d\..*\n`drydock login`/);
    expect(await person.succeed(['keys', 'list'])).toMatch(new RegExp(`^${made.id} +expired`, 'm'));
  });
});

describe('doctor', () => {
  interface Found {
    findings: { what: string; state: string; fix?: string }[];
  }

  it('finds what works, and that no worker is there', async () => {
    const { code, stdout } = await person.run(['doctor', '--json']);
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as Found;
    const states = new Map(findings.map(({ what, state }) => [what, state]));
    for (const what of ['API', 'PostgreSQL', 'Redis', 'file store', 'API key', 'git', 'Docker', 'images'])
      expect([what, states.get(what)]).toEqual([what, 'ok']);
    expect(states.get('workers')).toBe('problem');
    for (const { state, fix } of findings) expect(typeof fix).toBe(state === 'ok' ? 'undefined' : 'string');
  });

  it('says what to do without an API, a key or Docker', async () => {
    const env = {
      DRYDOCK_URL: 'http://127.0.0.1:9',
      DRYDOCK_API_KEY: '',
      DOCKER_HOST: 'unix:///nowhere.sock',
    };
    const { code, stdout } = await person.run(['doctor'], { env });
    expect(code).toBe(3);
    expect(stdout).toContain('✗ API: http://127.0.0.1:9 (from DRYDOCK_URL)');
    expect(stdout).toContain('Start it by `npm start`');
    expect(stdout).toContain('✗ Docker: /nowhere.sock');
    const badKey = await person.run(['doctor'], { env: { DRYDOCK_API_KEY: 'dk_a b' } });
    expect(badKey).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/✓ API: .*\n(.*\n)*✗ API key: DRYDOCK_API_KEY: /) as unknown,
    });
    const noKey = await person.run(['doctor'], { env: { DRYDOCK_API_KEY: '' } });
    expect(noKey).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('✗ API key: there is none') as unknown,
    });
  });
});

describe('completion', () => {
  const bashOffers = async (...words: string[]): Promise<string[]> => {
    const script = join(person.home, 'completion.bash');
    await writeFile(script, await person.succeed(['completion', 'bash']));
    const array = ['drydock', ...words].map((word) => `'${word}'`).join(' ');
    const ask = `source '${script}'; COMP_WORDS=(${array}); COMP_CWORD=${String(words.length)}; _drydock; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-euc', ask]);
    return stdout.split('\n').filter(Boolean);
  };

  it('offers commands, subcommands, flags and values in bash', async () => {
    expect(await bashOffers('')).toEqual(expect.arrayContaining(['run', 'list', 'doctor', 'completion']));
    expect(await bashOffers('ke')).toEqual(['keys']);
    expect(await bashOffers('keys', 'r')).toEqual(['revoke']);
    expect(await bashOffers('keys', 'create', '--')).toEqual(
      expect.arrayContaining(['--scope', '--team', '--json']),
    );
    expect(await bashOffers('run', '--app')).toEqual(['--apply']);
    expect(await bashOffers('list', '--status', 'c')).toEqual(['cancelled']);
  });

  it('names every command and flag for zsh and fish too', async () => {
    const zsh = await person.succeed(['completion', 'zsh']);
    const fish = await person.succeed(['completion', 'fish']);
    expect(zsh).toContain("'keys:API keys of a team (needs a key with the scope admin)'");
    expect(zsh).toContain("'*--status[only these]:value:(queued running succeeded failed cancelled)'");
    expect(fish).toContain(
      "-n '__fish_seen_subcommand_from keys; and __fish_seen_subcommand_from create' -l rate -r",
    );
    // Read from `fpath` it has to answer at its first use, and flags are those of the subcommand.
    expect(zsh).toContain('if [ "$funcstack[1]" = "_drydock" ]; then _drydock "$@"');
    expect(zsh).toContain('(( CURRENT -= last - 1 ))');
    for (const script of [zsh, fish])
      for (const flag of ['max-cost', 'with-key', 'follow']) expect(script).toContain(flag);
  });
});

it('takes an SSH address for the https one of the same repository', async () => {
  const args = ['run', 'x', '--git', 'git@github.com:acme/shop.git', '-d', '--json', '--', 'true'];
  const { stdout } = await person.run(args);
  expect(JSON.parse(stdout)).toMatchObject({ source: { git: { url: 'https://github.com/acme/shop.git' } } });
});

it('ends quietly when its reader has enough', async () => {
  const cli = `'${process.execPath}' '${join(ROOT, 'dist/cli.mjs')}'`;
  const pipe = `set -o pipefail; ${cli} list | head -n 1; ${cli} logs "$0" | true; ${cli} list 2>&1 | true`;
  const env = { ...process.env, HOME: person.home, DRYDOCK_URL: system.url, DRYDOCK_API_KEY: system.apiKey };
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', pipe, await submit()], { env });
  expect(stdout).toMatch(/^ID .*\n$/);
  expect(stderr).toBe('');
});

it('prints no colours unless it is a terminal or told to', async () => {
  const id = await submit();
  expect(await person.succeed(['cancel', id])).not.toContain('\u001b');
  expect(await person.succeed(['cancel', id], { env: { FORCE_COLOR: '1' } })).toContain('\u001b[33m');
  expect(await person.succeed(['cancel', id], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).not.toContain(
    '\u001b',
  );
});
