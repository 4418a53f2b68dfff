/**
 * Reasons after which the attempt may be somebody else's. `lease_lost`: the database said so · `slept`: the process stood
 * still for longer than its lease · `cut_off`: the lease could not be renewed for so long that it must be given up.
 */
const LOSSES = ['lease_lost', 'slept', 'cut_off'] as const;
export type LossKind = (typeof LOSSES)[number];
/** Why an attempt is stopped. It travels as the `reason` of the attempt's one AbortSignal. */
export type AbortKind = 'cancel' | 'timeout' | 'drain' | 'disk' | 'fault' | LossKind;

/** Whether nothing may be written any more after a stop of this kind. */
export const isLoss = (kind: AbortKind | null): kind is LossKind => LOSSES.some((loss) => loss === kind);

/** Reason of an attempt's signal. `kind` decides what becomes of the attempt; the message is for logs. */
export class AttemptAborted extends Error {
  readonly kind: AbortKind;
  constructor(kind: AbortKind, detail: string = kind) {
    super(detail);
    this.name = 'AttemptAborted';
    this.kind = kind;
  }
}

/** The typed reason of a signal, or null when it has not fired (or fired for a foreign reason). */
export const abortKindOf = (signal: AbortSignal): AbortKind | null =>
  signal.aborted && signal.reason instanceof AttemptAborted ? signal.reason.kind : null;
