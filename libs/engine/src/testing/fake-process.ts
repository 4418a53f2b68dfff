import type { RunningSandbox, PhasePlan, SandboxExit } from '../ports/sandbox.ts';

/** What a script sees of the process that it plays. */
export interface FakeProcess {
  readonly plan: PhasePlan;
  /** stdin, line by line without the newline; ends when the process is killed. */
  readonly lines: AsyncIterable<string>;
  /** stdout: text and bytes as they are, anything else as one JSON line. */
  send(message: string | Uint8Array | object): void;
  /** Fires on kill and destroy. A script that throws after that has ended with 137. */
  readonly killed: AbortSignal;
}

/** Gives the exit; nothing is exit code 0. */
export type FakeScript = (process: FakeProcess) => Promise<SandboxExit | number | undefined>;

const KILLED: SandboxExit = { exitCode: 137, oomKilled: false };
const OK: SandboxExit = { exitCode: 0, oomKilled: false };

/** What was pushed, in order, to one reader; ends after `end`. */
class Pipe<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #hasEnded = false;
  #wake: (() => void) | null = null;

  push(item: T): void {
    if (!this.#hasEnded) this.#items.push(item);
    this.#wake?.();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#hasEnded) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const bytesOf = (message: string | Uint8Array | object): Uint8Array => {
  if (message instanceof Uint8Array) return message;
  return Buffer.from(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`);
};

/** A running script in the place of a container. */
export class FakeRunning implements RunningSandbox {
  readonly output: AsyncIterable<Uint8Array>;
  /** Every line that was sent to its stdin. */
  readonly received: string[] = [];
  readonly #stdout = new Pipe<Uint8Array>();
  readonly #stdin = new Pipe<string>();
  readonly #killed = new AbortController();
  readonly #exit: Promise<SandboxExit>;
  #rest = '';
  #hasEnded = false;

  constructor(plan: PhasePlan, script: FakeScript) {
    this.output = this.#stdout;
    this.#exit = this.#run(plan, script);
    this.#exit.catch(() => undefined);
  }

  send(line: Uint8Array): void {
    if (this.#hasEnded) return;
    const lines = (this.#rest + Buffer.from(line).toString('utf8')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const text of lines) {
      this.received.push(text);
      this.#stdin.push(text);
    }
  }

  wait(): Promise<SandboxExit> {
    return this.#exit;
  }

  async kill(): Promise<void> {
    this.#killed.abort();
    this.#stdin.end();
  }

  async #run(plan: PhasePlan, script: FakeScript): Promise<SandboxExit> {
    const { signal: killed } = this.#killed;
    const send = (message: string | Uint8Array | object): void => {
      if (!killed.aborted) this.#stdout.push(bytesOf(message));
    };
    const death = new Promise<SandboxExit>((resolve) => {
      killed.addEventListener('abort', () => resolve(KILLED), { once: true });
    });
    try {
      const exit = await Promise.race([script({ plan, lines: this.#stdin, send, killed }), death]);
      return typeof exit === 'number' ? { exitCode: exit, oomKilled: false } : (exit ?? OK);
    } catch (error) {
      if (killed.aborted) return KILLED;
      throw error;
    } finally {
      this.#hasEnded = true;
      this.#stdin.end();
      this.#stdout.end();
    }
  }
}
