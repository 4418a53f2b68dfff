import type { ServerResponse } from 'node:http';
import { AppError } from '@drydock/domain';
import { estimateTokens } from './budget-ledger.ts';
import { costOf, newCallId, recordCall, type CallEnding, type SentCall } from './call-ending.ts';
import { ClientSide } from './client-side.ts';
import type { LlmEndpoint } from './endpoint-state.ts';
import { sendError } from './error-reply.ts';
import { isObject, parseJson } from './json.ts';
import { relayStream, relayWhole, type Relay } from './relay-reply.ts';
import type { CallShape, ModelRoute } from './route.ts';
import { UpstreamFailure } from './upstream.ts';

export interface Incoming {
  readonly route: ModelRoute;
  /** `METHOD /path`, for the journal. */
  readonly name: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: ServerResponse;
}

/** Reserves the budget of a call, or answers why it may not go out. */
const admit = (endpoint: LlmEndpoint, incoming: Incoming): SentCall | null => {
  const { response, route, body, name } = incoming;
  const parsed = parseJson(body.toString('utf8'));
  if (!isObject(parsed)) {
    sendError(response, { status: 400, code: 'malformed_json', message: 'The body is not a JSON object.' });
    return null;
  }
  const shape = route.shapeOf(parsed, endpoint.policy.model);
  if (typeof shape === 'string') {
    sendError(response, { status: 400, code: 'invalid_request', message: shape });
    return null;
  }
  const held = endpoint.ledger.reserve({
    inputTokens: estimateTokens(body.length),
    outputTokens: shape.outputTokens,
    choices: shape.choices,
    costUsd: costOf(endpoint.prices, shape.model),
  });
  if (held instanceof AppError) {
    endpoint.seen.refusal = held;
    sendError(response, { status: 400, code: 'budget_exceeded', message: held.detail });
    return null;
  }
  return {
    callId: newCallId(),
    shape,
    held,
    // Written anew from what was parsed, so that the provider cannot read a twin of a key that we did not count.
    body: JSON.stringify(shape.body(held.capPerChoice)),
    route: name,
    startedMs: performance.now(),
  };
};

const isEventStream = (contentType: unknown): boolean =>
  typeof contentType === 'string' && contentType.toLowerCase().startsWith('text/event-stream');

/** Sends an admitted call and passes its reply on. Never throws for what a provider or a client does. */
const perform = async (relay: Relay, incoming: Incoming): Promise<void> => {
  const { endpoint, call, client, route, signal } = relay;
  let reply;
  try {
    reply = await endpoint.upstreams[route.upstream].send({
      path: route.upstreamPath,
      body: call.body,
      headers: incoming.headers,
      signal,
    });
  } catch (error) {
    const failure = failureOf(error);
    const message = endpoint.redactor.mask(failure.message);
    const otherwise = failure.mayBeBilled ? 'worst' : 'nothing';
    const { status } = failure;
    await relay.record({ status, usage: null, otherwise, receivedBytes: 0, response: null, error: message });
    // 403: clients show it and stop. They would try 429 and 5xx again, which was done here already.
    sendError(client.response, { status: 403, code: 'upstream_failed', message });
    return;
  }
  const streamed = reply.statusCode === 200 && isEventStream(reply.headers['content-type']);
  await (streamed ? relayStream(relay, reply) : relayWhole(relay, reply));
};

const failureOf = (error: unknown): UpstreamFailure =>
  error instanceof UpstreamFailure
    ? error
    : new UpstreamFailure(502, `The gateway failed: ${String(error)}`, true);

const timesOut = (shape: CallShape, ms: number): UpstreamFailure => {
  const seconds = String(Math.round(ms / 1000));
  return new UpstreamFailure(504, `The call to ${shape.model} took longer than ${seconds} s.`, true);
};

/** One model call from its body to the last byte of its reply. */
export const answerCall = async (endpoint: LlmEndpoint, incoming: Incoming): Promise<void> => {
  const call = admit(endpoint, incoming);
  if (call === null) return;
  const { bounds, closing } = endpoint;
  const abort = new AbortController();
  const onClosing = (): void => {
    abort.abort(closing.reason);
  };
  closing.addEventListener('abort', onClosing);
  if (closing.aborted) onClosing();
  const deadline = setTimeout(() => {
    abort.abort(timesOut(call.shape, bounds.callDeadlineMs));
  }, bounds.callDeadlineMs);
  const client = new ClientSide(incoming.response, abort, bounds.drainMs);
  const record = (ending: CallEnding): Promise<boolean> => recordCall(endpoint, call, ending);
  try {
    await perform({ endpoint, route: incoming.route, call, client, signal: abort.signal, record }, incoming);
  } finally {
    clearTimeout(deadline);
    closing.removeEventListener('abort', onClosing);
    client.settled();
    // A fault of ours must not hold budget for ever; a second settle changes nothing.
    call.held.settle({ inputTokens: 0, cachedTokens: 0, outputTokens: 0 });
  }
};
