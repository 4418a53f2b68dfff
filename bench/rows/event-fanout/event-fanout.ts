import { readFile } from 'node:fs/promises';
import { eventually } from '@drydock/testing';
import { INSPECTABLE, InspectedProcess } from '../../../e2e/system/inspected-process.ts';
import { startSystem, type System } from '../../../e2e/system/start-system.ts';
import { ms, ratio, type Bench, type BenchRow } from '../../bench-row.ts';
import { ClientProcess } from './client-process.ts';
import { EventSource } from './event-source.ts';
import type { Receipts } from './sse-clients.ts';

const CLIENTS = 1_000;
const PER_SECOND = 200;
const SECONDS = 30;
const WARM_UP_SECONDS = 5;
const BARE_SECONDS = 10;
const MOST_MS = 300;
const MOST_KIB = 40;
/** For what is still on its way when the last event was written. */
const DEADLINE_MS = 20_000;

interface Memory {
  readonly heldBytes: number;
  readonly residentBytes: number;
}

const memoryOf = async (system: System, api: InspectedProcess): Promise<Memory> => {
  // Twice: what a first collection finds finalizers for goes with the second.
  await api.heldBytes();
  const heldBytes = await api.heldBytes();
  const status = await readFile(`/proc/${String(system.api.pid)}/status`, 'utf8');
  return { heldBytes, residentBytes: Number(/VmRSS:\s*(\d+) kB/.exec(status)?.[1]) * 1024 };
};

/** A whole system, one that writes events, and a process of clients. */
class Stage {
  readonly #system: System;
  readonly #api: InspectedProcess;
  readonly #source: EventSource;
  readonly #clients = new ClientProcess();

  private constructor(system: System, api: InspectedProcess) {
    this.#system = system;
    this.#api = api;
    this.#source = new EventSource(system);
  }

  static async set(system: System): Promise<Stage> {
    const stage = new Stage(system, await InspectedProcess.of(system.api));
    await stage.#source.open();
    return stage;
  }

  /** @param whileConnected - looked at when all has been received and all clients are still there. */
  async run<T>(count: number, seconds: number, whileConnected: () => Promise<T>): Promise<[Receipts, T]> {
    const { url, apiKey } = this.#system;
    const before = await this.#api.clients();
    const task = await this.#source.task();
    const [after, last] = [task.lastSeq, task.lastSeq + PER_SECOND * seconds];
    await this.#clients.connect({ url, apiKey, taskId: task.id, count, after, last });
    const sentMs = await this.#source.write(task, PER_SECOND, seconds);
    const receipts = await this.#clients.count(sentMs, DEADLINE_MS);
    const seen = await whileConnected();
    await this.#clients.close();
    await eventually(async () => (await this.#api.clients()) <= before, { timeoutMs: 30_000 });
    return [receipts, seen];
  }

  memory(): Promise<Memory> {
    return memoryOf(this.#system, this.#api);
  }

  async strike(): Promise<void> {
    this.#clients.end();
    this.#api.close();
    await this.#source.close();
  }
}

const told = ({ latenciesMs: { p50, p99, worst }, lost, repeated }: Receipts): string =>
  `p50 ${ms(p50)}, p99 ${ms(p99)}, worst ${ms(worst)}, ${String(lost)} lost, ${String(repeated)} repeated`;

const isWhole = ({ lost, repeated }: Receipts): boolean => lost === 0 && repeated === 0;

const measure = async (stage: Stage): Promise<BenchRow[]> => {
  const nothing = () => Promise.resolve(null);
  await stage.run(CLIENTS, WARM_UP_SECONDS, nothing);
  const [bare] = await stage.run(1, BARE_SECONDS, nothing);
  const before = await stage.memory();
  const [many, after] = await stage.run(CLIENTS, SECONDS, () => stage.memory());
  const { p99 } = many.latenciesMs;
  const kib = (bytes: number): number => bytes / 1024 / CLIENTS;
  const held = kib(after.heldBytes - before.heldBytes);
  return [
    {
      what: `event on its way to PostgreSQL → ${CLIENTS.toLocaleString('en')} SSE clients of one task, ${String(PER_SECOND)} events/s for ${String(SECONDS)} s`,
      measured: told(many),
      bare: `one client: ${told(bare)}; ${ratio(p99, bare.latenciesMs.p99)}`,
      aim: `p99 < ${String(MOST_MS)} ms, none lost or repeated`,
      isMet: p99 < MOST_MS && isWhole(many) && isWhole(bare),
    },
    {
      what: 'memory of the api for each of them, after a collection: heap and external',
      measured: `${held.toFixed(1)} KiB; resident: ${kib(after.residentBytes - before.residentBytes).toFixed(1)} KiB`,
      bare: `nobody connected: ${(before.heldBytes / 1024 ** 2).toFixed(0)} MiB; resident: ${(before.residentBytes / 1024 ** 2).toFixed(0)} MiB`,
      aim: `< ${String(MOST_KIB)} KiB`,
      isMet: held < MOST_KIB,
    },
  ];
};

export const eventFanoutBench: Bench = {
  name: 'event-fanout',
  run: async () => {
    const system = await startSystem({ workers: 0, env: { ...INSPECTABLE, DRYDOCK_RATE_LIMIT: '0' } });
    try {
      const stage = await Stage.set(system);
      try {
        return await measure(stage);
      } finally {
        await stage.strike();
      }
    } finally {
      await system.stop();
    }
  },
};
