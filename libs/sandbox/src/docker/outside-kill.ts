import type Docker from 'dockerode';
import { inTime } from './engine-client.ts';

/** The engine keeps its last 256 events; those of one container are a few hundred bytes each. */
const MAX_BYTES = 1024 ** 2;

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

const actionOf = (line: string): string | null => {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event !== 'object' || event === null || !('Action' in event)) return null;
    return typeof event.Action === 'string' ? event.Action : null;
  } catch {
    return null;
  }
};

/**
 * Whether a container that has ended was ended by somebody out here, and not by what ran in it: a signal by way of the
 * engine is in its memory. An engine that does not remember the end is another one than had the container when it ended.
 */
export const wasEndedFromOutside = async (docker: Docker, id: string): Promise<boolean> => {
  const asked = docker.getEvents({
    since: 1,
    until: (Date.now() + 1) / 1000, // a bound makes the stream end; the events are older
    filters: { type: ['container'], container: [id], event: ['kill', 'die'] },
  });
  const text = await inTime(asked.then((stream) => textOf(stream as AsyncIterable<Uint8Array>)));
  const actions = text.split('\n').map(actionOf);
  return actions.includes('kill') || !actions.includes('die');
};
