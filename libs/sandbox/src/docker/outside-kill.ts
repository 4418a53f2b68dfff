import type Docker from 'dockerode';
import { inTime } from './engine-client.ts';

/** What the engine remembers at most, of all its objects together. Source: `daemon/events` of Docker Engine. */
const MEMORY = 256;
/** An event is a few hundred bytes, with all labels of its container. */
const MAX_BYTES = 4 * 1024 ** 2;

/** One line of `GET /events`, as far as it matters here. */
export interface EngineEvent {
  readonly Action?: unknown;
  readonly Type?: unknown;
  readonly Actor?: { readonly ID?: unknown };
}

const textOf = async (stream: AsyncIterable<Uint8Array | string>): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    parts.push(Buffer.from(part));
    bytes += part.length;
    if (bytes > MAX_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8');
};

const eventOf = (line: string): EngineEvent[] => {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null ? [event] : [];
  } catch {
    return [];
  }
};

/**
 * Judges the end of a container by all that the engine remembers. A signal by way of the engine is in its memory. An engine
 * that does not know the end, or that has room left and yet does not know the start, is another one than ran the container:
 * the engine was restarted, and that has ended it.
 */
export const tellsOfOutsider = (events: readonly EngineEvent[], id: string): boolean => {
  const own = events.filter(({ Type, Actor }) => Type === 'container' && Actor?.ID === id);
  const knows = (action: string): boolean => own.some(({ Action }) => Action === action);
  if (knows('kill') || !knows('die')) return true;
  return !knows('start') && events.length < MEMORY;
};

/** Whether a container that has ended was ended by somebody out here, and not by what ran in it. */
export const wasEndedFromOutside = async (docker: Docker, id: string): Promise<boolean> => {
  // A bound makes the stream end; the events are older.
  const asked = docker.getEvents({ since: 1, until: (Date.now() + 1) / 1000 });
  const text = await inTime(asked.then((stream) => textOf(stream as AsyncIterable<Uint8Array>)));
  return tellsOfOutsider(text.split('\n').flatMap(eventOf), id);
};
