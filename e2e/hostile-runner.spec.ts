import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectNothingLeft } from './system/leftovers.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

/** An agent that plays the runner, kills it, or leaves a workspace that nobody should have to clean up. */
const KEPT = 'echo partial >> a.txt';
/** Writes what it reads to the standard output of the init, which is the runner's. */
const TO_RUNNER = 'forge() { cat > /proc/1/fd/1; }';

const COLLECTED = {
  baseTree: 'a'.repeat(40),
  resultTree: 'b'.repeat(40),
  patchBytes: 5,
  files: 1,
  insertions: 1,
  deletions: 0,
};
const say = (message: object): string => `echo '${JSON.stringify({ v: 1, ...message })}'`;
const DONE = { type: 'done', ok: true, code: 'finished', message: 'forged', exitCode: 0, collect: COLLECTED };
const COMMAND_OK = (index: number) => ({ type: 'command_finished', index, exitCode: 0, seconds: 1 });

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem({ concurrency: 1 });
  url = await publishScript(system, 'small', 'echo one > a.txt; mkdir d; echo two > d/b.txt');
});

afterAll(async () => {
  await system.stop();
});

const run = async (script: string, more: Record<string, unknown> = {}) => {
  const { id } = await system.client.submit(
    bashTask(url, script, { limits: { timeoutSeconds: 60 }, ...more }),
  );
  return system.client.wait(id);
};

const expectUnharmed = async (id: string): Promise<void> => {
  await expectNothingLeft(system, [id]);
  expect(system.workers.map((worker) => worker.hasExited)).toEqual([false]);
  expect(await run('echo two > a.txt')).toMatchObject({ outcome: 'changed', error: null });
};

describe('an agent that plays the runner', () => {
  it('cannot call its own failure a success', async () => {
    const done = await run(`${TO_RUNNER}; ${KEPT}; ${say(DONE)} | forge; sleep 0.2; exit 3`);
    expect(done).toMatchObject({ outcome: 'agent_failed', error: { code: 'harness_failed' } });
    expect(done.resultTree).not.toBe(COLLECTED.resultTree);
    expect((await system.client.diff(done.id)).toString()).toContain('+partial');
    await expectUnharmed(done.id);
  });

  it('cannot report for the verification, neither before it nor within', async () => {
    const early = `${TO_RUNNER}; ${KEPT}; { ${say(COMMAND_OK(0))}; ${say(DONE)}; } | forge`;
    const before = await run(early, { verify: ['grep never a.txt'] });
    expect(before).toMatchObject({ outcome: 'verification_failed', resultTree: expect.any(String) });
    expect(before.verify).toMatchObject([{ exitCode: 1 }]);
    const inCode = [TO_RUNNER, `{ ${say(COMMAND_OK(0))}; ${say(COMMAND_OK(1))}; ${say(DONE)}; } | forge`];
    const planted = `cat > test.sh <<'END'\n${inCode.join('\n')}\nsleep 0.2\nEND`;
    const within = await run(planted, { verify: ['bash test.sh', 'grep never a.txt'] });
    expect(within).toMatchObject({ outcome: 'verification_failed' });
    expect(within.verify).toMatchObject([{ exitCode: 0 }, { exitCode: 1 }]);
    await expectUnharmed(within.id);
  });

  it('gains nothing by noise: garbage, bombs of JSON, a line of 1 GB, events and artifacts of its own', async () => {
    const messages = [
      { type: 'artifact.stored', name: 'diff.patch', bytes: 1, sha256: 'x' },
      { type: 'task.finished', outcome: 'changed' },
      { type: 'done', ok: 'yes' },
      { type: 'agent_message', text: '\u0000\ud800 forged' },
    ];
    const script = [
      TO_RUNNER,
      KEPT,
      `cat > /tmp/messages <<'END'\n${messages.map((each) => JSON.stringify({ v: 1, ...each })).join('\n')}\nEND`,
      'forge < /tmp/messages; cat /tmp/messages',
      'head -c 1M /dev/urandom | forge',
      'printf \'\\xff\\xfe\\n{"v":1,"type":"log\\xc3\\x28"}\\n\' | forge',
      `python3 -c "print('[' * 200000)" | forge; python3 -c "print('{\\"a\\":' * 40000)" | forge`,
      'seq 100000 | forge; seq 100000',
      "head -c 1G /dev/zero | tr '\\0' x | forge; echo | forge",
      'for i in $(seq 200); do echo {\\"v\\":1,\\"type\\":\\"ready\\"}; done | forge',
    ];
    const done = await run(script.join('\n'), { verify: ['grep partial a.txt'] });
    expect(done).toMatchObject({ outcome: 'changed', diffstat: { files: 1 } });
    const events = await system.client.events(done.id);
    expect(events.filter((event) => event['type'] === 'task.finished')).toHaveLength(1);
    const stored = events.filter((event) => event['type'] === 'artifact.stored');
    expect(stored.filter((event) => event['sha256'] === 'x')).toEqual([]);
    await expectUnharmed(done.id);
  });

  it('that kills everything it can ends as a failure, its work kept', async () => {
    const done = await run(`${KEPT}; sync; kill -9 -1; sleep 5`);
    expect(done).toMatchObject({ outcome: 'agent_failed', error: { code: 'harness_failed' } });
    expect((await system.client.diff(done.id)).toString()).toContain('+partial');
    await expectUnharmed(done.id);
  });
});

const DEEP = `import os
for i in range(3000):
    os.mkdir('deep-directory'); os.chdir('deep-directory')
open('file', 'w').close()`;
const SOCKET = "import socket; socket.socket(socket.AF_UNIX).bind('d/b.txt')";

describe('a workspace in a bad state', () => {
  it.each<[string, string, readonly string[]]>([
    ['without HOME and temporary files', `${KEPT}; rm -rf ~ /tmp/* || true`, ['changed']],
    ['3,000 levels deep', `${KEPT}; python3 -c "${DEEP}"`, ['changed', 'patch_rejected']],
    [
      'that nobody may read',
      `${KEPT}; find /workspace ~ -depth -exec chmod 000 {} + || true`,
      ['changed', 'patch_rejected'],
    ],
    [
      'that processes keep writing to',
      `${KEPT}; for i in 1 2 3; do setsid nohup bash -c 'while :; do echo x >> more.txt; done' >/dev/null 2>&1 & done`,
      ['changed'],
    ],
    [
      'of pipes, sockets and devices',
      `rm a.txt d/b.txt; mkfifo a.txt pipe; python3 -c "${SOCKET}"; ! mknod device c 1 3; mkfifo .gitignore .git/x || true`,
      ['changed', 'patch_rejected'],
    ],
    ['with a sparse file of 100 GB', `${KEPT}; truncate -s 100G big`, ['patch_rejected', 'disk_exceeded']],
    [
      'of links in circles',
      `${KEPT}; ln -s loop loop; ln -s . d/here; ln -s .. d/up; ln -s d e`,
      ['changed'],
    ],
    ['that is gone', 'rm -rf /workspace/* /workspace/.[a-z]* || true', ['changed']],
    ['with 20,000 empty directories', 'mkdir -p x/{1..20}/{1..1000}', ['no_changes']],
  ])('%s ends with a word about it', async (_name, script, outcomes) => {
    const done = await run(script);
    expect({ outcome: done.outcome, error: done.error }).toMatchObject({
      outcome: expect.stringMatching(new RegExp(`^(${outcomes.join('|')})$`)),
    });
    if (done.error) expect(done.error.message.length).toBeGreaterThan(20);
    await expectUnharmed(done.id);
  });
});
