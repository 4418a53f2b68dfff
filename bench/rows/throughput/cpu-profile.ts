import { readdirSync } from 'node:fs';
import { markdownTable } from '../../bench-row.ts';
import {
  machineTimes,
  minus,
  readProc,
  readProcess,
  secondsOf,
  sum,
  type CpuTime,
  type ProcessReading,
} from './process-times.ts';

/** Most processes of a container live shorter than a tenth of a second. */
const SAMPLE_EVERY_MS = 20;
/** Older ones are read at the begin and at the end only: their counters do not run away. */
const YOUNG_MS = 3_000;
/** Smaller shares are left out of the table. */
const LEAST_SHARE = 0.005;

interface Seen {
  readonly group: string;
  readonly comm: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly base: Pick<ProcessReading, 'own' | 'waitedFor'>;
  readonly last: Pick<ProcessReading, 'own' | 'waitedFor'>;
}
interface Share {
  readonly group: string;
  readonly seconds: number;
  /** Null: not known. */
  readonly kernelSeconds: number | null;
}

export interface CpuProfile {
  /** Share of all cores' time that was not idle, 0 to 1. */
  readonly busy: number;
  /** Who took it, as a Markdown table. */
  readonly table: string;
}

const SHIM = 'containerd-shim';
const RUNC = 'runc and init of containers';
const SANDBOX = 'sandbox: runner and what it runs';
const GIT = 'git on the host';
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/^dockerd$/, 'dockerd'],
  [/^containerd$/, 'containerd'],
  [/^containerd-shim/, SHIM],
  [/^(runc|docker-init|exe$|memfd:runc)/, RUNC],
  [/^docker-proxy$/, 'docker-proxy'],
  [/^postgres$/, 'postgres'],
  [/^redis-server$/, 'redis'],
];
/** Shims belong to the first process of the machine, which is told their time, with all below them, at their end. */
const INIT = 'init';

/** Whose ended children were seen too late or not at all, by what the parents were told of them. */
const UNSEEN = [
  {
    group: 'runc, hooks and shims that no sample saw',
    parents: [INIT, 'dockerd', 'containerd'],
    children: [SHIM, RUNC, SANDBOX],
  },
  { group: 'git that no sample saw', parents: ['workers', 'this measurement'], children: [GIT] },
];

/** How much of the CPU time went to whom. It reads what the kernel says of each process, again and again. */
export class CpuSampler {
  readonly #named: ReadonlyMap<number, string>;
  readonly #seen = new Map<string, Seen>();
  readonly #before = machineTimes();
  readonly #timer: NodeJS.Timeout;

  /** @param named - groups of processes that their names do not tell: `workers`, `api`, `this measurement`. */
  constructor(named: ReadonlyMap<number, string>) {
    this.#named = new Map([[1, INIT], ...named]);
    this.#sample(true);
    this.#timer = setInterval(() => {
      this.#sample(false);
    }, SAMPLE_EVERY_MS);
  }

  stop(): CpuProfile {
    clearInterval(this.#timer);
    const endedBefore = performance.now();
    this.#sample(true);
    const now = machineTimes();
    const busy = now.busy - this.#before.busy;
    const all = busy + now.idle - this.#before.idle;
    const shares = this.#shares(endedBefore);
    const interrupts = now.interrupts - this.#before.interrupts;
    shares.push({ group: 'interrupts', seconds: interrupts, kernelSeconds: interrupts });
    const rest = busy - shares.reduce((total, { seconds }) => total + seconds, 0);
    shares.push({ group: 'not accounted for', seconds: rest, kernelSeconds: null });
    return { busy: busy / all, table: tableOf(shares, busy) };
  }

  #sample(isWhole: boolean): void {
    const at = performance.now();
    const isFirst = this.#seen.size === 0;
    const old = isWhole ? new Set<string>() : this.#oldPids(at);
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid) || old.has(pid)) continue;
      const reading = readProcess(pid);
      if (reading !== null) this.#note(pid, reading, { at, isFirst });
    }
  }

  #note(pid: string, reading: ProcessReading, { at, isFirst }: { at: number; isFirst: boolean }): void {
    const { key, comm, own, waitedFor } = reading;
    const known = this.#seen.get(key);
    const nothing = { user: 0, kernel: 0 };
    this.#seen.set(key, {
      // A process begins as a copy of its parent and becomes another program later
      group: known?.comm === comm ? known.group : this.#groupOf(pid, reading),
      comm,
      firstAt: known?.firstAt ?? (isFirst ? Number.NEGATIVE_INFINITY : at),
      lastAt: at,
      base: known?.base ?? (isFirst ? { own, waitedFor } : { own: nothing, waitedFor: nothing }),
      last: { own, waitedFor },
    });
  }

  #oldPids(at: number): Set<string> {
    const old = [...this.#seen].filter(([, seen]) => at - seen.firstAt > YOUNG_MS);
    return new Set(old.map(([key]) => key.slice(0, key.indexOf(':'))));
  }

  #groupOf(pid: string, { comm, parent }: ProcessReading): string {
    const named = this.#named.get(Number(pid));
    if (named !== undefined) return named;
    if (parent === 2 || pid === '2') return 'kernel threads';
    const byName = BY_NAME.find(([pattern]) => pattern.test(comm));
    if (byName) return byName[1];
    if (/docker/.test(readProc(`${pid}/cgroup`) ?? '')) return SANDBOX;
    return comm.startsWith('git') ? GIT : 'other processes';
  }

  #shares(endedBefore: number): Share[] {
    const all = [...this.#seen.values()];
    const ownOf = (members: readonly Seen[]): CpuTime =>
      sum(members.map(({ base, last }) => minus(last.own, base.own)));
    const seen = [...Map.groupBy(all, ({ group }) => group)].map(([group, members]) =>
      shareOf(group, ownOf(members)),
    );
    const unseen = UNSEEN.map(({ group, parents, children }) => {
      const told = all.filter((each) => parents.includes(each.group));
      const ended = all.filter((each) => children.includes(each.group) && each.lastAt < endedBefore);
      const waitedFor = sum(told.map(({ base, last }) => minus(last.waitedFor, base.waitedFor)));
      return shareOf(group, minus(waitedFor, ownOf(ended)));
    });
    return [...seen, ...unseen.filter(({ seconds }) => seconds > 0)];
  }
}

const shareOf = (group: string, time: CpuTime): Share => ({
  group,
  seconds: secondsOf(time),
  kernelSeconds: time.kernel,
});

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(0)} %`;

const tableOf = (shares: readonly Share[], busy: number): string =>
  markdownTable([
    ['CPU time of', 'seconds', 'share', 'of it in the kernel'],
    ...shares
      .filter(({ seconds }) => Math.abs(seconds) / busy >= LEAST_SHARE)
      .sort((a, b) => b.seconds - a.seconds)
      .map(({ group, seconds, kernelSeconds }) => [
        group,
        seconds.toFixed(1),
        percent(seconds, busy),
        kernelSeconds === null ? '?' : percent(kernelSeconds, seconds),
      ]),
  ]);
