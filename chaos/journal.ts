import type { Accepted, FaultRecord, Submission, Triggered, Violation } from './checker/evidence.ts';

/** What the outside knows of a run: written as it happens, judged when it is over. */
export class Journal {
  readonly submissions: Submission[] = [];
  readonly accepted: Accepted[] = [];
  readonly triggered: Triggered[] = [];
  readonly faults: FaultRecord[] = [];
  /** What clients saw that they should not have seen. */
  readonly violations: Violation[] = [];
}
