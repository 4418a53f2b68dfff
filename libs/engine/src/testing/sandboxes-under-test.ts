import { randomBytes } from 'node:crypto';
import { effectiveLimits, taskIdFrom, type SessionId } from '@drydock/domain';
import type { AttemptKey } from '../ports/attempt-key.ts';
import type { PhasePlan, RunningSandbox, Sandboxes } from '../ports/sandbox.ts';
import type { FakeScript } from './fake-process.ts';

export interface SandboxesUnderTest {
  /** Every process in it obeys the words of `OBEDIENT_SHELL`. */
  readonly sandboxes: Sandboxes;
  /** Makes the directories that a plan's mounts need. */
  readonly openAreas: (plan: PhasePlan) => Promise<void>;
  /** How many containers there are now. */
  readonly countLeft: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export const anAttemptKey = (attempt = 1): AttemptKey => ({
  taskId: taskIdFrom(Date.now(), randomBytes(16)),
  attempt,
});

/** An agent phase with small limits and without sockets. */
export const aPhasePlan = (rest: Partial<PhasePlan> = {}): PhasePlan => ({
  key: anAttemptKey(),
  phase: 'agent',
  sessionId: 'worker-a:0badcafe' as SessionId,
  image: 'drydock/toolbox:1',
  limits: effectiveLimits({ memoryMb: 128, pids: 64, cpus: 1, diskMb: 50 }),
  network: 'none',
  sockets: false,
  withVerify: false,
  deadlineMs: Date.now() + 3_600_000,
  ...rest,
});

/**
 * Stands in for the runner: a word and its argument per line of stdin. `say` prints a line, `flood` prints that many MiB
 * of lines and then `flooded`, `hog` lets a child run out of memory, `hang` never ends, `exit` ends; so does end of input.
 */
export const OBEDIENT_SHELL: readonly string[] = [
  '/bin/bash',
  '-c',
  `while read -r word rest; do
    case $word in
      say) printf '%s\\n' "$rest" ;;
      flood) head -c "$rest"M /dev/zero | tr '\\0' x | fold -w 999; echo; echo flooded ;;
      hog) python3 -c 'b"x" * (4 << 30)'; echo "hogged $?" ;;
      hang) exec sleep 3600 ;;
      exit) exit "$rest" ;;
    esac
  done`,
];

const FLOOD_LINE = Buffer.from(`${'x'.repeat(999)}\n`);

/** The same words for the fake. */
export const obedientScript: FakeScript = async ({ lines, send, killed }) => {
  let oomKilled = false;
  for await (const line of lines) {
    const [word = '', ...rest] = line.split(' ');
    const text = rest.join(' ');
    if (word === 'say') send(`${text}\n`);
    if (word === 'flood') {
      for (let i = 0; i < Number(text) * 1000; i++) send(FLOOD_LINE);
      send('flooded\n');
    }
    if (word === 'hog') {
      oomKilled = true;
      send('hogged 137\n');
    }
    if (word === 'hang') await new Promise((resolve) => killed.addEventListener('abort', resolve));
    if (word === 'exit') return { exitCode: Number(text), oomKilled };
  }
  return { exitCode: 0, oomKilled };
};

export const tell = (running: RunningSandbox, ...words: string[]): void => {
  for (const word of words) running.send(Buffer.from(`${word}\n`));
};

/** All output as text. */
export const textOf = async (output: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const part of output) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
};

/** Never fires within a test. */
export const anySignal = (): AbortSignal => AbortSignal.timeout(60_000);
