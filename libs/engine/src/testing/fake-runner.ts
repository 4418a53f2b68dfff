import { createHmac } from 'node:crypto';
import { RunnerCommand, type RunnerDone, type RunnerMessage } from '@drydock/contracts';
import type { z } from 'zod';
import type { FakeProcess, FakeScript } from './fake-process.ts';

type Start = Extract<z.infer<typeof RunnerCommand>, { type: 'start' }>;
type Message = z.input<typeof RunnerMessage>;
type Done = z.input<typeof RunnerDone>;
type Unversioned<T> = T extends unknown ? Omit<T, 'v'> : never;

/** What a play sees of the runner's work. */
export interface FakeRun {
  readonly process: FakeProcess;
  readonly start: Start;
  /** Sends one message of the runner; `v` is added. */
  say(message: Unversioned<Message>): void;
  /** Fires on the polite `cancel`. */
  readonly cancelled: AbortSignal;
}

/** What the play changes of a good end; nothing: the job is done. */
export type FakePlay = (run: FakeRun) => Promise<Partial<Done> | undefined>;

const NO_CHANGES = {
  baseTree: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  resultTree: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  patchBytes: 0,
  files: 0,
  insertions: 0,
  deletions: 0,
};

/** As the runner does it: the proof comes last in the line. */
const signed = <T extends object>(message: T, { proofKey }: Start): T => {
  if (proofKey === undefined) return message;
  return { ...message, proof: createHmac('sha256', proofKey).update(JSON.stringify(message)).digest('hex') };
};

const firstCommand = async (lines: AsyncIterator<string>): Promise<Start | null> => {
  const next = await lines.next();
  if (next.done === true) return null;
  const command = RunnerCommand.parse(JSON.parse(next.value));
  return command.type === 'start' ? command : null;
};

const abortOnCancel = async (lines: AsyncIterator<string>, cancelled: AbortController): Promise<void> => {
  for (let next = await lines.next(); next.done !== true; next = await lines.next())
    if (RunnerCommand.parse(JSON.parse(next.value)).type === 'cancel') cancelled.abort();
};

const doneOf = (start: Start, result: Partial<Done> | undefined): Done => ({
  v: 1,
  type: 'done',
  ok: true,
  code: 'finished',
  message: 'Done.',
  exitCode: 0,
  ...(start.job.kind === 'collect' ? { collect: NO_CHANGES } : {}),
  ...result,
});

/**
 * A script that speaks the runner's protocol: `ready`, what the play says, then `done`. Without a play the job succeeds at
 * once; commands then succeed one by one. A play that throws after the cancel ends as `cancelled`.
 */
export const playRunner =
  (play: FakePlay = succeed): FakeScript =>
  async (process) => {
    const lines = process.lines[Symbol.asyncIterator]();
    const start = await firstCommand(lines);
    if (!start) return 1;
    const cancelled = new AbortController();
    void abortOnCancel(lines, cancelled).catch(() => undefined);
    process.send({ v: 1, type: 'ready' });
    const say = (message: Unversioned<Message>): void => process.send(signed({ v: 1, ...message }, start));
    const result = await play({ process, start, say, cancelled: cancelled.signal }).catch(
      (error: unknown): Partial<Done> => {
        if (!cancelled.signal.aborted) throw error;
        return { ok: false, code: 'cancelled', message: 'Cancelled.', exitCode: null };
      },
    );
    const done = doneOf(start, result);
    process.send(signed(done, start));
    return done.ok ? 0 : 1;
  };

const succeed: FakePlay = async ({ start, say }) => {
  if (start.job.kind === 'commands')
    start.job.commands.forEach((_command, index) => {
      say({ type: 'command_finished', index, exitCode: 0, seconds: 0.01 });
    });
  return undefined;
};
