/** Why an attempt is stopped. It travels as the `reason` of the attempt's one AbortSignal. */
export type AbortKind = 'cancel' | 'timeout' | 'lease_lost' | 'drain' | 'disk' | 'fault';

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
