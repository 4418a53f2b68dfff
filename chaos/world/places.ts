import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT, startGitServer, startScriptedModel } from '@drydock/testing';
import Docker from 'dockerode';
import { deploy } from '../../tools/migrate/migrations.mjs';
import { MODEL_SCRIPT } from '../load/model-script.ts';
import { publishRepositories } from '../load/repositories.ts';
import { nameInstallation, removeContainersOf } from '../../e2e/system/installation-note.ts';
import { openCodeHost, type CodeHost } from './code-host.ts';
import { removeOldRuns, ServiceContainer } from './service-container.ts';
import type { ChaosSettings } from './settings.ts';
import { openWorkspaceVolume, type WorkspaceVolume } from './workspace-volume.ts';

/** No run lasts so long. */
const OLD_RUN_MS = 6 * 3_600_000;

/** What an installation stands on, all of it the run's own. */
export interface Places {
  readonly engine: Docker;
  readonly redis: ServiceContainer;
  readonly postgres: ServiceContainer;
  readonly dataDirectory: string;
  /** Null where the host may not be harmed: the workspaces lie on the disk of the host. */
  readonly volume: WorkspaceVolume | null;
  readonly gitUrl: string;
  readonly codeHost: CodeHost;
  readonly modelUrl: string;
  readonly providerKey: string;
  readonly adminKey: string;
  clockFile(worker: string): string;
  /** Outlives the run. */
  logFile(process: string): string;
  close(): Promise<void>;
}

const letters = (bytes: number): string => randomBytes(bytes).toString('hex');

const PREFIX = 'chaos-run-';

/** Directories of runs that were killed. */
const dropLeftOvers = async (parent: string): Promise<void> => {
  for (const name of (await readdir(parent)).filter((entry) => entry.startsWith(PREFIX))) {
    const found = await stat(join(parent, name)).catch(() => null); // another run may be faster
    if (found === null || Date.now() - found.mtimeMs < OLD_RUN_MS) continue;
    await removeContainersOf(join(parent, name));
    await rm(join(parent, name), { recursive: true, force: true });
  }
};

/** The sandbox runtime is the same for every instance: only the pointer to it is copied. */
const makeDataDirectory = async (): Promise<string> => {
  const main = resolve(ROOT, process.env['DRYDOCK_DATA_DIR'] ?? '.data');
  const parent = join(ROOT, '.data');
  await mkdir(parent, { recursive: true });
  await dropLeftOvers(parent);
  const directory = await mkdtemp(join(parent, PREFIX));
  for (const name of ['runtime', 'workspaces']) await mkdir(join(directory, name));
  await copyFile(join(main, 'runtime', 'current.json'), join(directory, 'runtime', 'current.json'));
  return directory;
};

/** Where the logs of a run lie. */
export const logDirectoryOf = (seed: number): string => join(ROOT, '.data', 'chaos-logs', String(seed));

/** For whoever wants to know why a run failed: they outlive it, until the next one of the same seed. */
const makeLogDirectory = async (seed: number): Promise<string> => {
  const directory = logDirectoryOf(seed);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  return directory;
};

/** Opens it all; what was opened before a failure is left to the next run. @param teams - names of those that work here. */
export const openPlaces = async (settings: ChaosSettings, teams: readonly string[]): Promise<Places> => {
  const engine = new Docker();
  await removeOldRuns(engine, OLD_RUN_MS);
  const run = letters(4);
  const [redis, postgres, dataDirectory, elsewhere, codeHost] = await Promise.all([
    ServiceContainer.start(engine, 'redis', run),
    ServiceContainer.start(engine, 'postgres', run),
    makeDataDirectory(),
    mkdtemp(join(tmpdir(), 'drydock-chaos-')),
    openCodeHost(teams),
  ]);
  await deploy(postgres.url);
  await nameInstallation(dataDirectory, postgres.url);
  const volume = settings.mayHarmHost
    ? await openWorkspaceVolume(join(elsewhere, 'workspaces.img'), join(dataDirectory, 'workspaces'))
    : null;
  const logs = await makeLogDirectory(settings.seed);
  const gitRoot = join(elsewhere, 'git');
  await publishRepositories(gitRoot);
  const git = await startGitServer({ root: gitRoot });
  const providerKey = `sk-chaos-${letters(12)}`;
  const model = await startScriptedModel({ script: MODEL_SCRIPT, apiKey: providerKey });
  return {
    engine,
    redis,
    postgres,
    dataDirectory,
    volume,
    gitUrl: git.url,
    codeHost,
    modelUrl: model.url,
    providerKey,
    adminKey: `dk_${letters(8)}_${letters(24)}`,
    logFile: (name) => join(logs, `${name}.log`),
    clockFile: (worker) => join(elsewhere, `${worker}.clock`),
    close: async () => {
      const services = [redis.remove(), postgres.remove()];
      await Promise.all([git.close(), codeHost.close(), model.close(), ...services]);
      await removeContainersOf(dataDirectory);
      await volume?.close();
      for (const directory of [dataDirectory, elsewhere])
        await rm(directory, { recursive: true, force: true });
    },
  };
};
