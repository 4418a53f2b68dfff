import type { Redactor } from '@drydock/domain';
import type { Dispatcher } from 'undici';
import type { CallEnding, SentCall } from './call-ending.ts';
import type { ClientSide } from './client-side.ts';
import { errorBody, sendError, sendJson } from './error-reply.ts';
import { EventBlocks } from './event-blocks.ts';
import { parseJson } from './json.ts';
import type { LlmEndpoint } from './endpoint-state.ts';
import type { ModelRoute } from './route.ts';
import { reasonOf, UpstreamFailure } from './upstream.ts';

export interface Relay {
  readonly endpoint: LlmEndpoint;
  readonly route: ModelRoute;
  readonly call: SentCall;
  readonly client: ClientSide;
  readonly signal: AbortSignal;
  /** Puts the call on record; false: the reply must not look complete. */
  readonly record: (ending: CallEnding) => Promise<boolean>;
}

type Reply = Dispatcher.ResponseData;

/** Time that a client has to read why its stream is cut. */
const CUT_MS = 1000;
/** Characters of one event of a stream. */
const MAX_EVENT_LENGTH = 4 * 1024 ** 2;

const NOT_RECORDED = {
  status: 403,
  code: 'internal_error',
  message: 'The gateway could not put this call on record.',
} as const;

/** What broke a reply: our own reason when we ended it, else the provider's side of the connection. */
const breakOf = (error: unknown, signal: AbortSignal): UpstreamFailure => {
  if (signal.reason instanceof UpstreamFailure) return signal.reason;
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'UND_ERR_BODY_TIMEOUT'
    ? new UpstreamFailure(504, 'The model provider stopped in the middle of its reply.', true)
    : new UpstreamFailure(502, `The reply of the model provider broke off (${code}).`, true);
};

const maskOrNull = (redactor: Redactor, text: string | null): string | null =>
  text === null ? null : redactor.mask(text);

const readAll = async (reply: Reply, maxBytes: number, chunks: Uint8Array[]): Promise<void> => {
  let bytes = 0;
  for await (const chunk of reply.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError('the reply is too long');
    chunks.push(chunk);
  }
};

const lengthOf = (chunks: readonly Uint8Array[]): number =>
  chunks.reduce((sum, chunk) => sum + chunk.length, 0);

/** A refusal of the provider: passed on, but 401 would be tried again by clients, and the key is not theirs to mend. */
const refusalOf = (status: number): number =>
  status === 401 || status === 407 || status < 400 ? 403 : status;

/** Answers with one JSON body, after the call is on record. */
export const relayWhole = async (relay: Relay, reply: Reply): Promise<void> => {
  const { endpoint, client, record, signal } = relay;
  const { response } = client;
  const chunks: Uint8Array[] = [];
  let broken: UpstreamFailure | null = null;
  try {
    await readAll(reply, endpoint.bounds.maxReplyBytes, chunks);
  } catch (error) {
    broken = breakOf(error, signal);
  }
  const text = endpoint.redactor.mask(Buffer.concat(chunks).toString('utf8'));
  const parsed = parseJson(text);
  const refused = reply.statusCode < 200 || reply.statusCode > 299;
  const reason = `The model provider answered ${String(reply.statusCode)}: ${reasonOf(text)}`;
  const otherwise = refused ? 'nothing' : broken === null ? 'received' : 'worst';
  const onRecord = await record({
    status: broken?.status ?? reply.statusCode,
    usage: refused ? null : relay.route.usageOf(parsed),
    otherwise,
    receivedBytes: lengthOf(chunks),
    response: parsed ?? text,
    error: broken?.message ?? (refused ? reason : relay.route.faultOf(parsed)),
  });
  if (!onRecord) sendError(response, NOT_RECORDED);
  else if (broken !== null)
    // A client may well try a broken reply again: this was one try, metered as one call.
    sendError(response, {
      status: broken.status === 502 ? 502 : 403,
      code: 'upstream_failed',
      message: broken.message,
    });
  else if (!refused) sendJson(response, reply.statusCode, text);
  else if (parsed !== undefined && refusalOf(reply.statusCode) === reply.statusCode)
    sendJson(response, reply.statusCode, text);
  else sendError(response, { status: refusalOf(reply.statusCode), code: 'upstream_failed', message: reason });
};

/** Passes events on as they come; the one that ends the stream for clients waits for the record. */
export const relayStream = async (relay: Relay, reply: Reply): Promise<void> => {
  const { endpoint, client, record, signal } = relay;
  const { response } = client;
  const reader = relay.route.readStream(relay.call.shape.wantsUsage);
  const blocks = new EventBlocks(MAX_EVENT_LENGTH);
  const last: string[] = [];
  let receivedBytes = 0;
  let broken: UpstreamFailure | null = null;
  const pass = async (block: string): Promise<void> => {
    const note = reader.read(block);
    // What comes after the end is nobody's: clients have stopped reading.
    if (note.keep || last.length > 0) return;
    const text = endpoint.redactor.mask(block);
    if (note.last) last.push(text);
    else await client.write(text);
  };
  if (!client.gone) {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    });
    response.flushHeaders();
  }
  try {
    for await (const chunk of reply.body as AsyncIterable<Uint8Array>) {
      receivedBytes += chunk.length;
      if (receivedBytes > endpoint.bounds.maxStreamBytes) throw new RangeError('the reply is too long');
      for (const block of blocks.push(chunk)) await pass(block);
    }
    const rest = blocks.end();
    if (rest !== '') await pass(`${rest}\n\n`);
  } catch (error) {
    broken = breakOf(error, signal);
  }
  const onRecord = await record({
    status: broken?.status ?? reply.statusCode,
    usage: reader.usage(),
    otherwise: broken?.status === 499 ? 'worst' : 'received',
    receivedBytes,
    response: reader.assembled(),
    error: broken?.message ?? maskOrNull(endpoint.redactor, reader.fault()),
  });
  if (onRecord && broken === null) response.end(last.join(''));
  else cutShort(relay, broken?.message ?? NOT_RECORDED.message);
};

/** Ends a stream so that it cannot be taken for whole: an error event for those who read it, then a broken connection. */
const cutShort = ({ client: { response }, endpoint }: Relay, message: string): void => {
  if (response.destroyed) return;
  const text = errorBody({ status: 403, code: 'upstream_failed', message: endpoint.redactor.mask(message) });
  response.write(`data: ${text}\n\n`, () => response.destroy());
  // A client that does not read would keep the write, and the connection, for ever.
  setTimeout(() => response.destroy(), CUT_MS).unref();
};
