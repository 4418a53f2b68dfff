import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectNothingLeft } from './system/leftovers.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

/** Each of these is hostile or out of hand. None may harm the worker, the next task, or leave anything behind. */
const KEPT = 'echo partial >> a.txt';

const CASES = [
  {
    name: 'a fork bomb',
    script: `${KEPT}; f() { f | f & }; f; sleep 30`,
    limits: { pids: 64, timeoutSeconds: 8 },
    expected: { outcome: 'timeout', code: 'agent_timeout' },
  },
  {
    name: 'a memory hog',
    script: `${KEPT}; python3 -c "x = bytearray(400 * 1024 * 1024); x[::4096] = b'1' * len(x[::4096])"`,
    limits: { memoryMb: 64, timeoutSeconds: 30 },
    expected: { outcome: 'out_of_memory', code: 'memory_limit_reached' },
  },
  {
    name: 'an endless loop that ignores SIGTERM',
    script: `${KEPT}; trap '' TERM INT; while true; do :; done`,
    limits: { timeoutSeconds: 8 },
    expected: { outcome: 'timeout', code: 'agent_timeout' },
  },
  {
    name: 'a disk filler',
    script: `${KEPT}; head -c 400M /dev/zero > ~/big; sleep 20`,
    limits: { diskMb: 100, timeoutSeconds: 30 },
    expected: { outcome: 'disk_exceeded', code: 'disk_limit_reached' },
  },
  {
    name: 'a disk filler that is done before anybody looks',
    script: `${KEPT}; head -c 200M /dev/zero > ~/big`,
    limits: { diskMb: 100 },
    expected: { outcome: 'disk_exceeded', code: 'disk_limit_reached' },
  },
  {
    name: 'a failing program',
    script: `${KEPT}; exit 3`,
    limits: {},
    expected: { outcome: 'agent_failed', code: 'harness_failed' },
  },
] as const;

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem({ concurrency: 1 });
  url = await publishScript(system, 'small', 'echo one > a.txt');
});

afterAll(async () => {
  await system.stop();
});

const expectHealthy = async (): Promise<void> => {
  const next = await system.client.wait((await system.client.submit(bashTask(url, 'echo two > a.txt'))).id);
  expect(next).toMatchObject({ status: 'succeeded', outcome: 'changed', error: null });
};

describe('limits hold', () => {
  it.each(CASES.map((test) => [test.name, test] as const))(
    '%s ends as its outcome, keeps its partial work and leaves nothing behind',
    async (_name, { script, limits, expected }) => {
      const { id } = await system.client.submit(bashTask(url, script, { limits }));
      const done = await system.client.wait(id);
      expect({ outcome: done.outcome, code: done.error?.code }).toEqual(expected);
      expect((await system.client.diff(id)).toString()).toContain('+partial');
      await expectNothingLeft(system, [id]);
      await expectHealthy();
    },
    240_000,
  );

  it('lets a minute of output at full speed pass, bounded', async () => {
    const script = 'timeout 60 yes "a line of console output that goes on and on and on" || true';
    const { id } = await system.client.submit(bashTask(url, script, { limits: { timeoutSeconds: 90 } }));
    const done = await system.client.wait(id, 120_000);
    expect(done).toMatchObject({ status: 'succeeded', outcome: 'no_changes' });
    expect((await system.client.artifact(id, 'agent.log')).length).toBeLessThan(51 * 1024 ** 2);
    await expectNothingLeft(system, [id]);
    await expectHealthy();
  }, 180_000);
});

describe('the sandbox reaches nothing', () => {
  it.each([
    ['has no interface but lo', 'test "$(ls /sys/class/net)" = lo'],
    [
      'cannot reach any address',
      '! curl -sS --max-time 3 http://1.1.1.1/ && ! curl -sS --max-time 3 http://169.254.169.254/',
    ],
    ['cannot resolve names', '! getent hosts example.com'],
    [
      'cannot write outside of the workspace',
      '! touch /etc/x && ! touch /x && ! touch /opt/drydock/x && ! touch /in/x && ! touch /run/drydock/x',
    ],
    [
      'is nobody special',
      'test "$(id -u)" = 10001 && test "$(grep CapEff /proc/self/status | tr -d "\\t ")" = CapEff:0000000000000000',
    ],
    [
      'sees no key of the provider',
      // Without -q, grep ends as if it had found nothing whenever one of the files cannot be read.
      [
        'hunt() { printf "sk-%s" canary | grep -rsqF -f - /proc/*/environ /proc/*/cmdline /in /run /home /workspace; }',
        'printf "sk-%s" canary > ~/bait; hunt; rm ~/bait; ! hunt',
      ].join('\n'),
    ],
  ])('%s', async (_name, script) => {
    const { id } = await system.client.submit(bashTask(url, script));
    const done = await system.client.wait(id);
    expect({ error: done.error, outcome: done.outcome }).toEqual({ error: null, outcome: 'no_changes' });
  });
});
