import type { CollectResult } from '@drydock/contracts';

/** Every `code` of a `done` message. The worker maps them to error codes. */
export const DONE_CODES = [
  'finished',
  'command_failed',
  'harness_failed',
  'image_unusable',
  'step_limit',
  'budget',
  'model_failed',
  'stuck',
  'cancelled',
  'collect_too_large',
  'collect_uncollectable',
  'collect_diff_too_large',
  'collect_not_exact',
  'collect_failed',
] as const;

export type DoneCode = (typeof DONE_CODES)[number];

/** How a job ended; becomes the one `done` message. */
export interface JobEnd {
  readonly ok: boolean;
  readonly code: DoneCode;
  readonly message: string;
  readonly exitCode: number | null;
  readonly collect?: CollectResult;
}

export const finished = (message: string, exitCode: number | null = null): JobEnd => ({
  ok: true,
  code: 'finished',
  message,
  exitCode,
});

export const failed = (code: DoneCode, message: string, exitCode: number | null = null): JobEnd => ({
  ok: false,
  code,
  message,
  exitCode,
});
