import { eventually } from '@drydock/testing';
import { docker } from './bare-docker.ts';

interface EngineEvent {
  readonly Action: string;
  readonly timeNano: number;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

/** Something that the engine did to the container of an agent. */
export interface AgentContainerEvent {
  readonly task: string;
  readonly attempt: number;
  readonly action: string;
  /** By the engine's clock, ms since 1970. */
  readonly atMs: number;
}

export interface ContainerWatch {
  /** The first such event of the task's container in that attempt (default: any). */
  find(task: string, action: string, attempt?: number): AgentContainerEvent | undefined;
  /** @throws Error when it does not come in time. */
  waitFor(task: string, action: string, attempt?: number): Promise<AgentContainerEvent>;
  close(): void;
}

const PATIENCE_MS = 90_000;

/** Follows what the engine says of agents' containers from now on. */
export const watchContainers = async (): Promise<ContainerWatch> => {
  const seen: AgentContainerEvent[] = [];
  const stream = (await docker.getEvents({
    filters: { event: ['start', 'die', 'destroy'], label: ['drydock.phase=agent'] },
  })) as NodeJS.ReadableStream & { destroy: () => void };
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter(Boolean)) {
      const { Action, timeNano, Actor } = JSON.parse(line) as EngineEvent;
      const { 'drydock.task': task = '', 'drydock.attempt': attempt } = Actor.Attributes;
      seen.push({ task, attempt: Number(attempt), action: Action, atMs: timeNano / 1e6 });
    }
  });
  const find: ContainerWatch['find'] = (task, action, attempt) =>
    seen.find(
      (event) =>
        event.task === task && event.action === action && (attempt ?? event.attempt) === event.attempt,
    );
  return {
    find,
    waitFor: (task, action, attempt) =>
      eventually(() => find(task, action, attempt), {
        timeoutMs: PATIENCE_MS,
        lastSeen: () => ({ wanted: action, seen: seen.filter((event) => event.task === task) }),
      }),
    close: () => {
      stream.destroy();
    },
  };
};
