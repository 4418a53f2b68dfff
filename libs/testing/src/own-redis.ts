import { randomBytes } from 'node:crypto';

const PORT = 6379;
const LABEL = 'drydock.test';
/** The container ends itself after this time, and the next call removes it: a killed run leaves nothing for long. */
const LIFETIME_SECONDS = 900;
/** Exit code of `timeout`. Only by it is a container known to be nobody's: one that is just being stopped has another. */
const OUTLIVED = 124;

export interface OwnRedis {
  /** Connection URL with its password. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * A Redis of the test's own, for specs that empty it, cut it off or run a worker on it (0.3 s).
 * @throws Error when Docker or the image `drydock/redis:1` (made by set-up) is missing.
 */
export const ownRedis = async (): Promise<OwnRedis> => {
  // Its reaper image cannot be had everywhere; the lifetime above does its work.
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  // Loading it costs half a second, and most specs do without.
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers');
  const { container: engine } = await getContainerRuntimeClient();
  const filters = { label: [LABEL], exited: [String(OUTLIVED)] };
  for (const { Id } of await engine.dockerode.listContainers({ all: true, filters }))
    // Another run may have been faster.
    await engine.remove(engine.getById(Id), { removeVolumes: true }).catch(() => undefined);
  const password = randomBytes(16).toString('hex');
  const container = await new GenericContainer('drydock/redis:1')
    .withEntrypoint(['timeout', '--kill-after=5', String(LIFETIME_SECONDS), '/entrypoint.sh'])
    .withCommand(['--appendonly', 'no', '--save', ''])
    .withEnvironment({ REDIS_PASSWORD: password })
    .withLabels({ [LABEL]: 'redis' })
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start();
  const address = `${container.getHost()}:${String(container.getMappedPort(PORT))}`;
  return {
    url: `redis://:${password}@${address}`,
    stop: async () => void (await container.stop({ timeout: 1_000 })),
  };
};
