import { setTimeout as wait } from 'node:timers/promises';
import type { RunnerCommand, RunnerJob } from '@drydock/contracts';
import { openForwarder } from './forward/loopback-forwarder.ts';
import { runJob } from './jobs/run-job.ts';
import { LogSink } from './output/log-sink.ts';
import { commandEnvironment } from './process/container-environment.ts';
import { ProcessGroups } from './process/process-groups.ts';
import { MAX_DONE_MESSAGE } from './protocol/bounds.ts';
import { failed, type DoneCode, type JobEnd } from './protocol/done-codes.ts';
import { cutText } from './protocol/encode-line.ts';
import type { MessageWriter } from './protocol/message-writer.ts';
import type { StartCommand } from './protocol/read-commands.ts';
import { messageOf } from './faults.ts';

const CANCELLED = failed('cancelled', 'The worker cancelled the job.');

/** How long the last output of a cancelled job may take to be read. */
const LAST_WORDS_MS = 500;

/** Nobody waits for the words of a job that its worker has forgotten. */
const OVERDUE_GRACE_SECONDS = 1;

const FAULT_CODES: Record<RunnerJob['kind'], DoneCode> = {
  commands: 'command_failed',
  agent: 'harness_failed',
  collect: 'collect_failed',
};

/** One runner's life: at most one job, and exactly one `done`. */
export class Session {
  readonly #writer: MessageWriter;
  readonly #groups = new ProcessGroups();
  readonly #cancelling = new AbortController();
  readonly #onEnd: () => void;
  #log: LogSink | undefined;
  #running: Promise<void> | undefined;
  #isDone = false;

  /** @param onEnd - Called after `done` has left. */
  constructor(writer: MessageWriter, onEnd: () => void) {
    this.#writer = writer;
    this.#onEnd = onEnd;
  }

  take(command: RunnerCommand | null): void {
    if (command === null)
      this.#writer.send({ type: 'notice', code: 'command_unknown', message: 'The runner ignored a line.' });
    else if (command.type === 'cancel') void this.#cancel(command.graceSeconds);
    else if (this.#running === undefined && !this.#isDone) this.#running = this.#run(command);
  }

  /** The worker is gone: nobody waits for an answer, so nothing may go on. */
  abandon(): void {
    this.#isDone = true;
    this.#groups.killAll();
  }

  /** A fault of the runner itself is still an answer. */
  fail(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    void this.#finish(failed('harness_failed', `The runner broke: ${text}`));
  }

  async #cancel(graceSeconds: number): Promise<void> {
    this.#cancelling.abort();
    await this.#groups.endAll(graceSeconds);
    await Promise.race([this.#running, wait(LAST_WORDS_MS)]);
    await this.#finish(CANCELLED);
  }

  async #run(start: StartCommand): Promise<void> {
    this.#writer.proveWith(start.proofKey);
    const log = new LogSink(this.#writer, start.maxLogBytes);
    this.#log = log;
    if (start.maxSeconds !== undefined)
      setTimeout(() => void this.#cancel(OVERDUE_GRACE_SECONDS), start.maxSeconds * 1000).unref();
    const end = await this.#endOf(start, log);
    // A cancel ends with its own words, when all that it ended is gone
    if (!this.#cancelling.signal.aborted) await this.#finish(end);
  }

  async #endOf({ job, env, forwards }: StartCommand, log: LogSink): Promise<JobEnd> {
    try {
      for (const forward of forwards) await openForwarder(forward);
      return await runJob(job, {
        writer: this.#writer,
        log,
        groups: this.#groups,
        env: commandEnvironment(env),
        workspace: process.cwd(),
        signal: this.#cancelling.signal,
      });
    } catch (error) {
      return failed(FAULT_CODES[job.kind], `The runner failed: ${messageOf(error)}`);
    }
  }

  async #finish(end: JobEnd): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#groups.killAll();
    this.#log?.finish();
    this.#writer.send({ type: 'done', ...end, message: cutText(end.message, MAX_DONE_MESSAGE - 100) });
    await this.#writer.flushed();
    this.#onEnd();
  }
}
