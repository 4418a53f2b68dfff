import { AppError } from '@drydock/domain';
import type { SandboxRuntime } from '../compile/host-facts.ts';
import { DEFAULT_SOCKET, engineClient, inTime } from './engine-client.ts';
import { engineFault } from './engine-fault.ts';

export interface EngineFacts {
  readonly version: string;
  readonly cpuCount: number;
}

interface EngineInfo {
  readonly OperatingSystem: string;
  readonly OSType: string;
  readonly ServerVersion: string;
  readonly NCPU: number;
  readonly Runtimes: Readonly<Record<string, unknown>>;
}

const refusal = (info: EngineInfo, runtime: SandboxRuntime): string | null => {
  if (info.OperatingSystem.includes('Docker Desktop'))
    return 'Docker Desktop is not supported: its containers cannot reach unix sockets of the worker.';
  if (info.OSType !== 'linux') return `The container engine runs ${info.OSType} containers; Linux is needed.`;
  if (!Object.hasOwn(info.Runtimes, runtime))
    return `The container engine does not know the runtime ${runtime} (DRYDOCK_SANDBOX_RUNTIME). Install it, or use runc.`;
  return null;
};

/**
 * Looks at the engine once at the start.
 * @throws AppError `engine_unreachable`, `config_error` for an engine that sandboxes cannot run on.
 */
export const checkEngine = async (
  runtime: SandboxRuntime,
  socketPath: string | null = null,
): Promise<EngineFacts> => {
  const asked: Promise<unknown> = engineClient(socketPath ?? DEFAULT_SOCKET).info();
  const info = (await inTime(asked).catch((error: unknown) => {
    throw engineFault(error, 'look at the container engine');
  })) as EngineInfo;
  const why = refusal(info, runtime);
  if (why !== null) throw new AppError('config_error', why);
  return { version: info.ServerVersion, cpuCount: info.NCPU };
};
