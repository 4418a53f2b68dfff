import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 20;
const SECOND_TERM_MS = 2000;

/** A program could not be started because the job is being ended. */
export class Ending extends Error {
  constructor() {
    super('the job is being ended');
  }
}

/** Signals a whole group. False: nobody is left in it. */
const signalGroup = (leader: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
};

/** Every program that the runner starts, each the leader of a process group, so that an end reaches all of its children. */
export class ProcessGroups {
  readonly #leaders = new Set<number>();
  #isEnding = false;

  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** @throws Ending after `endAll` was called. A program that cannot be started emits `error`, as `spawn` does. */
  start(argv: readonly string[], options: SpawnOptions): ChildProcess {
    if (this.#isEnding) throw new Ending();
    const [file = '', ...args] = argv;
    const child = spawn(file, args, { ...options, detached: true });
    const { pid } = child;
    if (pid !== undefined) {
      this.#leaders.add(pid);
      child.once('exit', () => {
        // While all are being ended, what the leader left behind has its grace too
        if (!this.#isEnding) this.kill(pid);
      });
    }
    return child;
  }

  /** SIGKILL of one group. */
  kill(leader: number): void {
    signalGroup(leader, 'SIGKILL');
    this.#leaders.delete(leader);
  }

  /** SIGTERM to one group, SIGKILL if it is still there after `graceMs`. */
  terminate(leader: number, graceMs: number): void {
    signalGroup(leader, 'SIGTERM');
    setTimeout(() => {
      if (this.#leaders.has(leader)) this.kill(leader);
    }, graceMs).unref();
  }

  /** Nothing is started any more. SIGTERM to all, again after two seconds, SIGKILL after the grace. */
  async endAll(graceSeconds: number): Promise<void> {
    this.#isEnding = true;
    const startedAt = performance.now();
    const elapsed = (): number => performance.now() - startedAt;
    this.#signalAll('SIGTERM');
    let wasRepeated = false;
    while (this.#signalAll(0) && elapsed() < graceSeconds * 1000) {
      await wait(POLL_MS);
      if (wasRepeated || elapsed() < SECOND_TERM_MS) continue;
      wasRepeated = true;
      this.#signalAll('SIGTERM');
    }
    this.killAll();
  }

  killAll(): void {
    this.#isEnding = true;
    for (const leader of [...this.#leaders]) this.kill(leader);
  }

  /** True when somebody was there to get the signal. */
  #signalAll(signal: NodeJS.Signals | 0): boolean {
    let isSomebodyThere = false;
    for (const leader of [...this.#leaders])
      if (signalGroup(leader, signal)) isSomebodyThere = true;
      else this.#leaders.delete(leader);
    return isSomebodyThere;
  }
}
