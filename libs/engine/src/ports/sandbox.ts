import type { NetworkPolicy } from '@drydock/contracts';
import type { Limits, Phase, SessionId } from '@drydock/domain';
import type { AttemptKey } from './attempt-key.ts';
import type { AskDead, Reaped } from './reaping.ts';

export type SandboxPhase = Exclude<Phase, 'checkout'>;

/** All that decides how one phase of one attempt is jailed. The compiler of the driver turns it into a plain spec. */
export interface PhasePlan {
  readonly key: AttemptKey;
  readonly phase: SandboxPhase;
  readonly sessionId: SessionId;
  readonly image: string;
  readonly limits: Limits;
  readonly network: NetworkPolicy['mode'];
  /** The phase has a `run-<phase>` area with sockets. */
  readonly sockets: boolean;
  /** collect only: mount `verify-work` too, for the checkout of base + patch. */
  readonly withVerify: boolean;
  /** After this time (ms since the epoch) the reaper may take it. */
  readonly deadlineMs: number;
}

export interface SandboxExit {
  /** 137 after a kill. */
  readonly exitCode: number;
  /** The engine reported an OOM kill of any process inside. */
  readonly oomKilled: boolean;
}

export interface RunningSandbox {
  /** Bytes of the runner's stdout; ends with the process. The driver never puts back-pressure on the engine: past its bound it drops and counts. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Writes to the runner's stdin. Silently ignored once the process has ended. */
  send(line: Uint8Array): void;
  /**
   * A non-zero exit or OOM kill is a value. Throws `sandbox_failed` when the container vanished, was ended from outside or
   * was lost by its engine, `image_unusable` when the runner never came up, `engine_unreachable`.
   */
  wait(): Promise<SandboxExit>;
  /** SIGKILL of everything inside; idempotent. After it `wait` settles in bounded time, whatever the engine does. */
  kill(): Promise<void>;
}

export interface CreatedSandbox {
  /** At most once. Resolves when the process runs with stdin and stdout attached. Throws `image_unusable`, `sandbox_failed`, `engine_unreachable`. */
  start(signal: AbortSignal): Promise<RunningSandbox>;
}

/**
 * Runs phases in containers. Calls for different attempts and phases may overlap. While the engine is away, `create`,
 * `start`, `destroy` and `imageDigest` wait for it for up to a minute.
 */
export interface Sandboxes {
  /**
   * Creates the container with all labels on it, not started: this may run beside the checkout, the directories of the
   * areas that it mounts exist already. Throws `image_missing`, `engine_unreachable`, `sandbox_failed`.
   */
  create(plan: PhasePlan, signal: AbortSignal): Promise<CreatedSandbox>;
  /** Removes what one phase left behind; idempotent, allowed before, during and after a failed `create` or `start`. */
  destroy(key: AttemptKey, phase: SandboxPhase, signal: AbortSignal): Promise<void>;
  /** Local digest of an image, `sha256:…`. Throws `image_missing`. */
  imageDigest(image: string): Promise<string>;
  /** Throws `engine_unreachable`. */
  ping(): Promise<void>;
  /**
   * Removes containers of this instance and host that belong to dead attempts. Never touches what is not labelled ours.
   * Throws `engine_unreachable`, and what `askDead` throws: then nothing was removed.
   */
  reap(askDead: AskDead): Promise<Reaped>;
}
