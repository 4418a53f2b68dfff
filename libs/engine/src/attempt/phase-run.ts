import { randomBytes } from 'node:crypto';
import { abortKindOf, AttemptAborted, crashPoint, isLoss, type AbortKind, type Phase } from '@drydock/domain';
import type { RunnerCommand, RunnerDone } from '@drydock/contracts';
import type { z } from 'zod';
import type { CreatedSandbox, RunningSandbox, SandboxExit } from '../ports/sandbox.ts';
import { protocolMessages, type ParsedMessage } from './protocol-lines.ts';

type Start = Extract<z.infer<typeof RunnerCommand>, { type: 'start' }>;

/** Between the polite cancel and SIGKILL of the whole container. Cancel → gone stays far below its 15 s. */
const GRACE_SECONDS = 3;

/** So long after its time a phase ends by itself, when nobody has ended it: long after this worker would have. */
const FORGOTTEN_SECONDS = 60;

export interface PhaseEnd {
  /** Null: the runner went without a word. */
  readonly done: z.infer<typeof RunnerDone> | null;
  readonly exit: SandboxExit;
  /** Why it was stopped from outside, or null. */
  readonly stopped: AbortKind | null;
}

export interface PhaseRequest {
  readonly phase: Phase;
  readonly created: Promise<CreatedSandbox>;
  readonly start: Omit<Start, 'v' | 'type' | 'proofKey' | 'maxSeconds'>;
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly onMessage: (message: ParsedMessage) => void;
}

const line = (command: z.infer<typeof RunnerCommand>): Uint8Array =>
  Buffer.from(`${JSON.stringify(command)}\n`);

/** Sends the polite cancel when the signal fires and kills what is left after the grace. */
const stopOnAbort = (running: RunningSandbox, signal: AbortSignal): (() => void) => {
  let killer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    const isOrderly = !isLoss(abortKindOf(signal));
    if (isOrderly) running.send(line({ v: 1, type: 'cancel', graceSeconds: GRACE_SECONDS }));
    killer = setTimeout(
      () => void running.kill().catch(() => undefined),
      isOrderly ? (GRACE_SECONDS + 1) * 1000 : 0,
    );
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => {
    signal.removeEventListener('abort', stop);
    clearTimeout(killer);
  };
};

/** Starts a created sandbox, gives its runner the job and follows it to the end. */
export const runPhase = async (request: PhaseRequest): Promise<PhaseEnd> => {
  const created = await request.created;
  const running = await created.start(request.signal);
  crashPoint('container.after_start');
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(new AttemptAborted('timeout', `${request.phase} ran out of time`));
  }, request.seconds * 1000);
  const signal = AbortSignal.any([request.signal, deadline.signal]);
  const release = stopOnAbort(running, signal);
  try {
    const proofKey = randomBytes(32).toString('hex');
    const maxSeconds = request.seconds + FORGOTTEN_SECONDS;
    running.send(line({ v: 1, type: 'start', ...request.start, maxSeconds, proofKey }));
    const done = await follow(running, request.onMessage, proofKey);
    const stopped = abortKindOf(signal);
    return { done, exit: await running.wait(), stopped };
  } finally {
    clearTimeout(timer);
    release();
  }
};

const follow = async (
  running: RunningSandbox,
  onMessage: (message: ParsedMessage) => void,
  proofKey: string,
): Promise<PhaseEnd['done']> => {
  let done: PhaseEnd['done'] = null;
  for await (const message of protocolMessages(running.output, () => undefined, proofKey)) {
    // A sandbox has one end: what comes later could only be a repetition.
    if (message.type === 'done') done ??= message;
    onMessage(message);
  }
  return done;
};
