import { readdirSync, readFileSync } from 'node:fs';
import { markdownTable } from '../../bench-row.ts';

/** Most processes of a container live shorter than a tenth of a second. */
const SAMPLE_EVERY_MS = 20;
/** Older ones are read at the begin and at the end only: their counters do not run away. */
const YOUNG_MS = 3_000;
const TICKS_PER_SECOND = 100;

interface Reading {
  readonly key: string;
  readonly comm: string;
  readonly parent: number;
  readonly user: number;
  readonly kernel: number;
}
interface Seen {
  readonly group: string;
  readonly comm: string;
  readonly firstAt: number;
  readonly base: { readonly user: number; readonly kernel: number };
  readonly last: { readonly user: number; readonly kernel: number };
}
interface Share {
  readonly group: string;
  readonly seconds: number;
  readonly kernelSeconds: number;
}

export interface CpuProfile {
  /** Share of both cores' time that was not idle, 0 to 1. */
  readonly busy: number;
  /** Who took it, as a Markdown table. */
  readonly table: string;
}

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null; // it has ended
  }
};

const readProcess = (pid: string): Reading | null => {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  return {
    key: `${pid}:${String(fields[19])}`, // with its start time, as numbers are given again
    comm: text.slice(text.indexOf('(') + 1, end),
    parent: Number(fields[1]),
    user: Number(fields[11]),
    kernel: Number(fields[12]),
  };
};

const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/^dockerd$/, 'dockerd'],
  [/^containerd$/, 'containerd'],
  [/^containerd-shim/, 'containerd-shim'],
  [/^(runc|docker-init|exe$|memfd:runc)/, 'runc and init of containers'],
  [/^docker-proxy$/, 'docker-proxy'],
  [/^postgres$/, 'postgres'],
  [/^redis-server$/, 'redis'],
];

/** How much of the CPU time went to whom. It reads what the kernel says of each process, again and again. */
export class CpuSampler {
  readonly #named: ReadonlyMap<number, string>;
  readonly #seen = new Map<string, Seen>();
  readonly #totalBefore = totals();
  readonly #timer: NodeJS.Timeout;

  /** @param named - groups of processes that their names do not tell. */
  constructor(named: ReadonlyMap<number, string>) {
    this.#named = named;
    this.#sample(true);
    this.#timer = setInterval(() => {
      this.#sample(false);
    }, SAMPLE_EVERY_MS);
  }

  stop(): CpuProfile {
    clearInterval(this.#timer);
    this.#sample(true);
    const now = totals();
    const busy = now.busy - this.#totalBefore.busy;
    const all = busy + now.idle - this.#totalBefore.idle;
    return { busy: busy / all, table: this.#table(busy, now.interrupts - this.#totalBefore.interrupts) };
  }

  #sample(isWhole: boolean): void {
    const at = performance.now();
    const isFirst = this.#seen.size === 0;
    const old = isWhole ? new Set<string>() : this.#oldPids(at);
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid) || old.has(pid)) continue;
      const reading = readProcess(pid);
      if (reading === null) continue;
      const { key, comm, user, kernel } = reading;
      const known = this.#seen.get(key);
      this.#seen.set(key, {
        // A process begins as a copy of its parent and becomes another program later
        group: known?.comm === comm ? known.group : this.#groupOf(pid, reading),
        comm,
        firstAt: known?.firstAt ?? (isFirst ? Number.NEGATIVE_INFINITY : at),
        base: known?.base ?? (isFirst ? { user, kernel } : { user: 0, kernel: 0 }),
        last: { user, kernel },
      });
    }
  }

  #oldPids(at: number): Set<string> {
    const old = [...this.#seen].filter(([, seen]) => at - seen.firstAt > YOUNG_MS);
    return new Set(old.map(([key]) => key.slice(0, key.indexOf(':'))));
  }

  #groupOf(pid: string, { comm, parent }: Reading): string {
    const named = this.#named.get(Number(pid));
    if (named !== undefined) return named;
    if (parent === 2 || pid === '2') return 'kernel threads';
    const byName = BY_NAME.find(([pattern]) => pattern.test(comm));
    if (byName) return byName[1];
    if (/docker/.test(read(`/proc/${pid}/cgroup`) ?? '')) return 'sandbox: runner and what it runs';
    return comm.startsWith('git') ? 'git on the host' : 'other processes';
  }

  #table(busy: number, interrupts: number): string {
    const shares = [...Map.groupBy(this.#seen.values(), ({ group }) => group)].map(([group, members]) => {
      const user = members.reduce((sum, { base, last }) => sum + last.user - base.user, 0);
      const kernel = members.reduce((sum, { base, last }) => sum + last.kernel - base.kernel, 0);
      return { group, seconds: (user + kernel) / TICKS_PER_SECOND, kernelSeconds: kernel / TICKS_PER_SECOND };
    });
    shares.push({ group: 'interrupts', seconds: interrupts, kernelSeconds: interrupts });
    const rest = busy - shares.reduce((sum, share) => sum + share.seconds, 0);
    shares.push({
      group: 'lived between two samples',
      seconds: Math.max(0, rest),
      kernelSeconds: Number.NaN,
    });
    return tableOf(shares, busy);
  }
}

const tableOf = (shares: readonly Share[], busy: number): string =>
  markdownTable([
    ['CPU time of', 'seconds', 'share', 'of it in the kernel'],
    ...shares
      .filter(({ seconds }) => seconds / busy >= 0.005)
      .sort((a, b) => b.seconds - a.seconds)
      .map(({ group, seconds, kernelSeconds }) => [
        group,
        seconds.toFixed(1),
        `${((100 * seconds) / busy).toFixed(0)} %`,
        Number.isNaN(kernelSeconds) ? '?' : `${((100 * kernelSeconds) / seconds).toFixed(0)} %`,
      ]),
  ]);

/** Seconds of all cores since the boot. */
const totals = (): { busy: number; idle: number; interrupts: number } => {
  const line = readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0] = line
    .split(/\s+/)
    .slice(1)
    .map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  return { busy: user + nice + system + irq + softIrq, idle: idle + wait, interrupts: irq + softIrq };
};
