import { readFileSync, readlinkSync } from 'node:fs';
import type { ProcessOwners } from '@drydock/engine';

/** A mark is `<boot>.<pid namespace>.<pid>.<start>`; where there is no /proc, a word that means nothing to anybody. */
const NO_MARK = 'unmarked';
const MARK = /^([0-9a-f]+)\.(\d+)\.(\d+)\.(\d+)$/;
/** Field 22 of /proc/<pid>/stat, counted from behind the program's name, which may hold anything. */
const START_FIELD = 19;

const startOf = (pid: number | 'self'): string | null => {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not asked yet.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[START_FIELD] ?? null);
  } catch {
    return null;
  }
};

const placeOf = (): string | null => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().replaceAll('-', '');
    return `${boot}.${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'}`;
  } catch {
    return null;
  }
};

/** Processes by boot, pid namespace, pid and start time: a number that was given anew is another process. */
export class ProcOwners implements ProcessOwners {
  readonly mark: string;
  readonly #place = placeOf();

  constructor() {
    const start = startOf('self');
    this.mark =
      this.#place === null || start === null ? NO_MARK : `${this.#place}.${String(process.pid)}.${start}`;
  }

  stateOf(mark: string): 'alive' | 'dead' | 'unknown' {
    const [, boot, namespace, pid, start] = MARK.exec(mark) ?? [];
    if (boot === undefined || `${boot}.${namespace ?? ''}` !== this.#place) return 'unknown';
    return startOf(Number(pid)) === start ? 'alive' : 'dead';
  }
}
