import { createHmac } from 'node:crypto';
import type { RunnerMessage } from '@drydock/contracts';
import { MAX_LINE_BYTES } from './bounds.ts';

type WithoutVersion<T> = T extends unknown ? Omit<T, 'v'> : never;
export type OutgoingMessage = WithoutVersion<RunnerMessage>;

/** Lengths that strings are cut to, one after the other, until a message fits its line. */
const CUTS = [200_000, 64_000, 16_000, 4000, 500];

/** Cuts a text at a length without splitting a surrogate pair, and says so. */
export const cutText = (text: string, length: number): string => {
  if (text.length <= length) return text;
  const code = text.charCodeAt(length - 1);
  const end = code >= 0xd800 && code <= 0xdbff ? length - 1 : length;
  return `${text.slice(0, end)}[${String(text.length - end)} characters cut]`;
};

const toLine = (message: OutgoingMessage, maxText: number): Buffer => {
  const cut = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? cutText(value.toWellFormed(), maxText) : value;
  return Buffer.from(`${JSON.stringify({ v: 1, ...message }, cut)}\n`);
};

/** Messages that the worker takes from nobody but the runner itself. */
const PROVEN: readonly string[] = ['done', 'command_finished'];

const prove = (json: string, key: string): string => {
  const proof = createHmac('sha256', key).update(json).digest('hex');
  return `${json.slice(0, -1)},"proof":"${proof}"}`;
};

/**
 * One message as one line of at most `MAX_LINE_BYTES`: long strings in it are cut, the structure stays. A message made
 * of very many small values is replaced by a note. What tells an end is signed with the worker's key.
 */
export const encodeLine = (message: OutgoingMessage, proofKey?: string): Buffer => {
  const json = JSON.stringify({ v: 1, ...message });
  const isProven = proofKey !== undefined && PROVEN.includes(message.type);
  const whole = Buffer.from(`${isProven ? prove(json, proofKey) : json}\n`);
  if (whole.length <= MAX_LINE_BYTES) return whole;
  for (const length of CUTS) {
    const line = toLine(message, length);
    if (line.length <= MAX_LINE_BYTES) return line;
  }
  return Buffer.from(
    `{"v":1,"type":"notice","code":"message_too_large","message":"A ${message.type} message did not fit."}\n`,
  );
};
