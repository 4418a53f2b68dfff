import type { WorkerConfig } from '@drydock/config';
import type { InstanceId } from '@drydock/domain';
import type { LocateArea, Sandboxes, Workspaces } from '@drydock/engine';
import {
  checkEngine,
  DirectoryWorkspaces,
  DockerSandboxes,
  LoopWorkspaces,
  type HostFacts,
} from '@drydock/sandbox';

/** Image of collect, whatever the client chose for its own phases. */
const TOOLBOX = 'drydock/toolbox:1';

/**
 * Containers and directories of this worker, by the configured kind.
 * @throws AppError `engine_unreachable`, `config_error` for an engine that sandboxes cannot run on.
 */
export const openSandboxes = async (
  config: WorkerConfig,
  facts: { locate: LocateArea; instanceId: InstanceId },
): Promise<{ sandboxes: Sandboxes; workspaces: Workspaces; hostCpus: number }> => {
  const { dockerSocket, runtime, workspace } = config.sandbox;
  const engine = await checkEngine(runtime, dockerSocket);
  const host: HostFacts = {
    ...facts,
    host: config.worker.host,
    workerId: config.worker.id,
    runtimeDirectory: config.runtimeTree.directory,
    runnerArgv: config.runtimeTree.argv,
    toolboxImage: TOOLBOX,
    sandboxRuntime: runtime,
    cpuCount: engine.cpuCount,
  };
  return {
    sandboxes: new DockerSandboxes({ host, socketPath: dockerSocket }),
    workspaces:
      workspace === 'loop' ? new LoopWorkspaces(facts.locate) : new DirectoryWorkspaces(facts.locate),
    hostCpus: engine.cpuCount,
  };
};
