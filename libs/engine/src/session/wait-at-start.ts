import { AppError } from '@drydock/domain';
import type { Log } from '../ports/telemetry.ts';

const AGAIN_MS = 500;

/** What a process lacks before it can start. */
export interface Missing {
  /** As it follows "waiting for". */
  readonly what: string;
  /** Sentences for whoever runs the process. */
  readonly remedy: string;
}

/** @throws AppError `config_error`: what has been missing for so long, and what to do. */
export const stillMissing = ({ what, remedy }: Missing, waitedMs: number): AppError =>
  new AppError('config_error', `Waited ${String(Math.round(waitedMs / 1000))} s for ${what}. ${remedy}`);

/**
 * Looks until nothing is missing: what starts together comes up in any order. Says once what it waits for.
 * @throws AppError `config_error` after `atMostMs`, and at once what `look` throws.
 */
export const waitAtStart = async ({
  look,
  atMostMs,
  log,
}: {
  look: () => Promise<Missing | null>;
  atMostMs: number;
  log: Log;
}): Promise<void> => {
  const startedMs = performance.now();
  let told = '';
  for (let missing = await look(); missing !== null; missing = await look()) {
    const { what } = missing;
    if (what !== told) log.warn({ atMostSeconds: atMostMs / 1000 }, `waiting for ${what}`);
    told = what;
    const waitedMs = performance.now() - startedMs;
    if (waitedMs >= atMostMs) throw stillMissing(missing, waitedMs);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
};
