import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Seconds of CPU time, in the programs' own code and in the kernel on their behalf. */
export interface CpuTime {
  readonly user: number;
  readonly kernel: number;
}

export const NO_TIME: CpuTime = { user: 0, kernel: 0 };
export const plus = (a: CpuTime, b: CpuTime): CpuTime => ({
  user: a.user + b.user,
  kernel: a.kernel + b.kernel,
});
export const minus = (a: CpuTime, b: CpuTime): CpuTime => ({
  user: a.user - b.user,
  kernel: a.kernel - b.kernel,
});
export const sum = (times: readonly CpuTime[]): CpuTime => times.reduce(plus, NO_TIME);
export const secondsOf = ({ user, kernel }: CpuTime): number => user + kernel;

/** What the kernel says of one process. */
export interface ProcessReading {
  /** Its number with its start time, as numbers are given again. */
  readonly key: string;
  readonly comm: string;
  readonly parent: number;
  readonly own: CpuTime;
  /** Of all its descendants that have ended and were waited for. */
  readonly waitedFor: CpuTime;
}

/** Null: there is no such file any more. */
export const readProc = (path: string): string | null => {
  try {
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch {
    return null;
  }
};

export const readProcess = (pid: string): ProcessReading | null => {
  const text = readProc(`${pid}/stat`);
  if (text === null) return null;
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const seconds = (at: number): number => Number(fields[at]) / TICKS_PER_SECOND;
  return {
    key: `${pid}:${String(fields[19])}`,
    comm: text.slice(text.indexOf('(') + 1, end),
    parent: Number(fields[1]),
    own: { user: seconds(11), kernel: seconds(12) },
    waitedFor: { user: seconds(13), kernel: seconds(14) },
  };
};

/** Seconds of all cores since the boot. */
export const machineTimes = (): { busy: number; idle: number; interrupts: number } => {
  const line = readProc('stat')?.split('\n')[0] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0] = line
    .split(/\s+/)
    .slice(1)
    .map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  return { busy: user + nice + system + irq + softIrq, idle: idle + wait, interrupts: irq + softIrq };
};
