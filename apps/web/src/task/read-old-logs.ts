import { api } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import type { TaskModel } from './task-model.ts';

const LOGS = ['setup.log', 'agent.log', 'verify.log'];

const appendAll = async (
  model: TaskModel,
  { phase, response }: { phase: string; response: Response },
): Promise<void> => {
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read())
    model.log.append({ phase, stream: 'stdout', text: piece.value });
};

/** Events of the log are deleted after a while, the files later: an old task's log is read from them. */
export const readOldLogs = async (id: string, model: TaskModel, signal: AbortSignal): Promise<void> => {
  if (model.hasLog || signal.aborted) return;
  const { items } = await api.artifacts(id).catch((error: unknown) => {
    if (error instanceof Problem) return { items: [] };
    throw error;
  });
  for (const name of LOGS.filter((log) => items.some((item) => item.name === log && item.bytes > 0))) {
    const phase = name.replace('.log', '');
    model.log.mark(`${phase}, from ${name}`);
    await appendAll(model, { phase, response: await api.artifact(id, name, signal) });
  }
};
