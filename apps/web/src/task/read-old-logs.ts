import { ApiError } from '@drydock/sdk';
import { api } from '../api/client.ts';
import type { TaskModel } from './task-model.ts';

const LOGS = ['setup.log', 'agent.log', 'verify-setup.log', 'verify.log'];

const appendAll = async (
  model: TaskModel,
  { phase, bytes }: { phase: string; bytes: ReadableStream<Uint8Array> },
): Promise<void> => {
  const decoder = new TextDecoder();
  const reader = bytes.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read())
    model.log.append({ phase, stream: 'stdout', text: decoder.decode(piece.value, { stream: true }) });
};

/** Events of the log are deleted after a while, the files later: an old task's log is read from them. */
export const readOldLogs = async (id: string, model: TaskModel, signal: AbortSignal): Promise<void> => {
  if (model.hasLog || signal.aborted) return;
  const items = await api.artifacts(id).catch((error: unknown) => {
    if (error instanceof ApiError) return [];
    throw error;
  });
  for (const name of LOGS.filter((log) => items.some((item) => item.name === log && item.bytes > 0))) {
    const phase = name.replace('.log', '');
    model.log.mark(`${phase}, from ${name}`);
    await appendAll(model, { phase, bytes: await api.openArtifact(id, name, signal) });
  }
};
