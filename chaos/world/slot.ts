import { setTimeout as delay } from 'node:timers/promises';
import { TcpRelay } from '@drydock/testing';
import { AppProcess, type AppOptions } from '../../e2e/system/app-process.ts';

/** What all processes of one kind are started with. */
export interface SlotSettings {
  readonly app: 'api' | 'worker';
  /** The worker's id, which it keeps over restarts; a name for the log with an api. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly options: AppOptions;
}

/** Longer than any fault that keeps a process from starting. */
const START_MS = 180_000;
const UNHANDLED = /unhandled|uncaught/i;

/** A place for one process, with a network of its own to the services. The process may die and come back. */
export class Slot {
  readonly name: string;
  readonly app: 'api' | 'worker';
  readonly networks: readonly TcpRelay[];
  readonly databaseNetwork: TcpRelay;
  /** A fault is under way here: another one would make it unclear what explains what. */
  isTroubled = false;
  readonly #settings: SlotSettings;
  readonly #redisNetwork: TcpRelay;
  #process: AppProcess | null = null;
  readonly #closed = new AbortController();
  readonly #cuts = new Map<TcpRelay, number>();
  #complaints: string[] = [];

  private constructor(settings: SlotSettings, database: TcpRelay, redis: TcpRelay) {
    this.name = settings.name;
    this.app = settings.app;
    this.#settings = settings;
    this.databaseNetwork = database;
    this.#redisNetwork = redis;
    this.networks = [database, redis];
  }

  static async open(settings: SlotSettings): Promise<Slot> {
    const [database, redis] = await Promise.all([
      TcpRelay.toUrl(settings.databaseUrl),
      TcpRelay.toUrl(settings.redisUrl),
    ]);
    return new Slot(settings, database, redis);
  }

  /** Of the process that runs here, if one does. */
  get pids(): readonly number[] {
    return this.#process === null || this.#process.hasExited ? [] : [this.#process.pid];
  }

  /** The process that runs now. @throws Error before the first start. */
  get process(): AppProcess {
    if (this.#process === null) throw new Error(`${this.name} was never started`);
    return this.#process;
  }

  /** Lines of all its processes that speak of an error nobody handled. */
  get complaints(): readonly string[] {
    return [...this.#complaints, ...complaintsIn(this.#process)];
  }

  start(more: Readonly<Record<string, string>> = {}): AppProcess {
    this.#complaints = [...this.complaints];
    const { env, databaseUrl, redisUrl, options } = this.#settings;
    this.#process = new AppProcess(
      this.app,
      {
        ...env,
        ...more,
        DATABASE_URL: this.databaseNetwork.through(databaseUrl),
        REDIS_URL: this.#redisNetwork.through(redisUrl),
      },
      options,
    );
    return this.#process;
  }

  /** Starts it and waits until it has said that it works; a process that ends by itself is started again. */
  async startAndWait(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const sign = this.app === 'api' ? '"msg":"listening"' : '"msg":"claiming"';
    const deadline = Date.now() + START_MS;
    let process = this.start(more);
    let lastWords = '';
    while (!process.output.includes(sign)) {
      if (process.output !== '') lastWords = process.output.slice(-2_000);
      if (Date.now() > deadline) throw new Error(`${this.name} does not come up: ${lastWords}`);
      await delay(process.hasExited ? 1_000 : 100);
      if (!process.hasExited) continue;
      if (this.#closed.signal.aborted) return;
      process = this.start(more);
    }
  }

  /** Nothing comes through any more. Two faults may cut the same network: it is whole again when both are healed. */
  cut(networks: readonly TcpRelay[]): void {
    for (const network of networks) {
      this.#cuts.set(network, (this.#cuts.get(network) ?? 0) + 1);
      network.cut();
    }
  }

  restore(networks: readonly TcpRelay[]): void {
    for (const network of networks) {
      const cuts = (this.#cuts.get(network) ?? 0) - 1;
      this.#cuts.set(network, cuts);
      if (cuts <= 0) network.restore();
    }
  }

  /** Ends what runs here, if anything does. */
  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.stop();
    await Promise.all(this.networks.map((network) => network.close()));
  }
}

const complaintsIn = (process: AppProcess | null): string[] =>
  (process?.output ?? '').split('\n').filter((line) => UNHANDLED.test(line));
