import { freePort } from './free-port.ts';

const LABEL = 'drydock.test';
/** The container ends itself after this time, and the next call removes it: a killed run leaves nothing for long. */
const LIFETIME_SECONDS = 900;
/** Exit code of `timeout`. Only by it is a container known to be nobody's: one that is just being stopped has another. */
const OUTLIVED = 124;

/** A service container of the test's own, and the faults that a test may bring upon it. Its address never changes. */
export interface OwnService {
  /** Connection URL with its password. */
  readonly url: string;
  /** SIGKILL: what was not written is lost. `start` brings it back with the data it has on disk. */
  kill(): Promise<void>;
  /** An orderly end and a new start, over the same data. */
  restart(): Promise<void>;
  /** After `kill`. Resolves as soon as the process runs, not when it answers. */
  start(): Promise<void>;
  /** Freezes all its processes: connections stay open and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Runs a program inside. @returns its output. @throws Error with the output when it fails. */
  exec(argv: readonly string[]): Promise<string>;
  /** Removes it with its data. */
  stop(): Promise<void>;
}

export interface OwnContainerSpec {
  /** `drydock/<name>:1`, made by set-up. */
  readonly name: string;
  readonly port: number;
  /** Default `/entrypoint.sh`. */
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly readyLog: RegExp;
  /** Directory → mount options of a tmpfs there. Its content goes when the container ends, also by `kill`. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly urlAt: (address: string) => string;
}

const load = async () => {
  // Its reaper image cannot be had everywhere; the lifetime above does its work.
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  // Loading it costs half a second, and most specs do without.
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers');
  const { container: engine } = await getContainerRuntimeClient();
  return { GenericContainer, Wait, engine };
};
type Loaded = Awaited<ReturnType<typeof load>>;

const removeOutlived = async (engine: Loaded['engine']): Promise<void> => {
  const filters = { label: [LABEL], exited: [String(OUTLIVED)] };
  for (const { Id } of await engine.dockerode.listContainers({ all: true, filters }))
    // Another run may have been faster.
    await engine.remove(engine.getById(Id), { removeVolumes: true }).catch(() => undefined);
};

const start = async ({ GenericContainer, Wait }: Loaded, spec: OwnContainerSpec) =>
  new GenericContainer(`drydock/${spec.name}:1`)
    .withEntrypoint([
      'timeout',
      '--kill-after=5',
      String(LIFETIME_SECONDS),
      ...(spec.entrypoint ?? ['/entrypoint.sh']),
    ])
    .withCommand([...spec.command])
    .withEnvironment({ ...spec.environment })
    .withLabels({ [LABEL]: spec.name })
    .withTmpFs({ ...spec.tmpfs })
    // Docker would give a container that is started again another free port.
    .withExposedPorts({ container: spec.port, host: await freePort() })
    .withWaitStrategy(Wait.forLogMessage(spec.readyLog))
    .start();

/** @throws Error when Docker or the image is missing. */
export const ownContainer = async (spec: OwnContainerSpec): Promise<OwnService> => {
  const loaded = await load();
  await removeOutlived(loaded.engine);
  const started = await start(loaded, spec);
  const container = loaded.engine.dockerode.getContainer(started.getId());
  return {
    url: spec.urlAt(`${started.getHost()}:${String(started.getMappedPort(spec.port))}`),
    kill: async () => {
      await container.kill();
      await container.wait();
    },
    restart: async () => void (await container.restart({ t: 10 })),
    start: async () => void (await container.start()),
    pause: async () => void (await container.pause()),
    resume: async () => void (await container.unpause()),
    exec: async (argv) => {
      const { exitCode, output } = await started.exec([...argv]);
      if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${String(exitCode)}: ${output}`);
      return output;
    },
    stop: async () => void (await started.stop({ timeout: 1_000 })),
  };
};
