import type { TaskEvent } from '@drydock/sdk';
import { bytes } from '../terminal/format.ts';
import type { Painter } from '../terminal/painter.ts';
import { oneLine, safeText } from '../terminal/safe-text.ts';

const WIDTH = 160;

const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
};

const toolLine = (event: TaskEvent): string => {
  const input = event['input'] as Record<string, unknown> | null;
  const command = input?.['command'];
  if (typeof command === 'string') return `$ ${oneLine(command, WIDTH)}`;
  return `${oneLine(text(event['tool']), 40)} ${oneLine(text(input?.['path'] ?? input?.['summary'] ?? input), WIDTH)}`;
};

const finished = (event: TaskEvent): string => {
  const error = event['error'] as { code: string; message: string } | null;
  const why = error === null ? '' : `: ${safeText(error.message)}`;
  return `${text(event['status'])} (${text(event['outcome'])})${why}`;
};

type Describe = (event: TaskEvent, paint: Painter) => string;

const DESCRIBE: Partial<Record<TaskEvent['type'], Describe>> = {
  'task.claimed': (event) => `attempt ${String(event.attempt)} on ${oneLine(text(event['workerId']), 60)}`,
  'task.released': (event) => `back in the queue: ${oneLine(text(event['reason']), WIDTH)}`,
  'task.cancel_requested': () => 'cancel was asked for',
  'task.finished': finished,
  'phase.started': (event, paint) => paint.bold(`== ${text(event['phase'])}`),
  'phase.finished': (event, paint) =>
    paint.dim(`== ${text(event['phase'])}: ${Number(event['seconds']).toFixed(1)} s`),
  'agent.message': (event) => safeText(text(event['text'])).trimEnd(),
  'agent.tool_call': (event, paint) => paint.cyan(toolLine(event)),
  'verify.result': (event) =>
    `verify: ${oneLine(text(event['command']), WIDTH)} → exit ${text(event['exitCode'])}`,
  'delivery.changed': (event) => `delivery ${text(event['id'])}: ${text(event['state'])}`,
  notice: (event, paint) =>
    paint.yellow(`note (${text(event['code'])}): ${safeText(text(event['message']))}`),
};

const DETAILS: Partial<Record<TaskEvent['type'], Describe>> = {
  log: (event, paint) => safeText(text(event['text']), paint.isColoured).trimEnd(),
  'agent.tool_result': (event, paint) => paint.dim(safeText(text(event['output'])).trimEnd()),
  'model.call': (event, paint) =>
    paint.dim(`model ${oneLine(text(event['model']), 60)}: ${text(event['outputTokens'])} tokens out`),
  'artifact.stored': (event, paint) =>
    paint.dim(`stored ${oneLine(text(event['name']), 60)}, ${bytes(Number(event['bytes']))}`),
};

/** An event as lines for people; null: it says nothing to them. @param isDetailed - also output of programs. */
export const describeEvent = (event: TaskEvent, paint: Painter, isDetailed: boolean): string | null => {
  const describe = DESCRIBE[event.type] ?? (isDetailed ? DETAILS[event.type] : undefined);
  const line = describe?.(event, paint) ?? '';
  return line === '' ? null : line;
};
