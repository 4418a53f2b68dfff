import { setTimeout as wait } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import type { Played } from './completion.ts';
import type { ScriptFault, ScriptTurn } from './script.schema.ts';

export interface Reply {
  readonly response: ServerResponse;
  readonly turn: ScriptTurn;
  readonly played: Played;
  /** The fault that strikes this time, if any. */
  readonly fault: ScriptFault | null;
  /** Ends every wait when the server closes. */
  readonly closing: AbortSignal;
}

export const sendJson = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

export const sendError = (response: ServerResponse, status: number, message: string, code: string): void => {
  sendJson(response, status, { error: { message, type: 'invalid_request_error', param: null, code } });
};

const sendStatus = (response: ServerResponse, fault: ScriptFault & { kind: 'status' }): void => {
  const after = fault.retryAfterSeconds;
  const message = fault.message ?? `The script says ${String(fault.status)}.`;
  sendJson(
    response,
    fault.status,
    { error: { message, type: 'server_error', param: null, code: null } },
    after === undefined ? {} : { 'retry-after': String(after) },
  );
};

const pause = async (ms: number, closing: AbortSignal): Promise<void> => {
  if (ms > 0) await wait(ms, undefined, { signal: closing, ref: false }).catch(() => undefined);
};

const stream = async ({ response, turn, played, fault, closing }: Reply): Promise<void> => {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.flushHeaders();
  for (const [index, chunk] of played.chunks.entries()) {
    if (fault?.kind === 'stall' && index >= fault.afterEvents) return;
    if (fault?.kind === 'cut' && index >= fault.afterEvents) {
      response.destroy();
      return;
    }
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    await pause(turn.eventDelayMs, closing);
  }
  response.end('data: [DONE]\n\n');
};

const whole = ({ response, played, fault }: Reply): void => {
  if (fault?.kind !== 'cut' && fault?.kind !== 'stall') {
    sendJson(response, 200, played.completion);
    return;
  }
  const text = JSON.stringify(played.completion);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length + 1) });
  response.write(text.slice(0, text.length / 2), () => {
    if (fault.kind === 'cut') response.destroy();
  });
};

/** Plays one reply with its delay and its fault. */
export const sendReply = async (reply: Reply, streamed: boolean): Promise<void> => {
  const { response, turn, fault, closing } = reply;
  await pause(turn.delayMs, closing);
  if (fault?.kind === 'reset') {
    response.destroy();
    return;
  }
  if (fault?.kind === 'status') {
    sendStatus(response, fault);
    return;
  }
  if (fault?.kind === 'garbage') {
    response.writeHead(200, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
    response.end(streamed ? 'data: {"choices": [\n\ndata: oops\n\n' : '<html>not what you asked for</html>');
    return;
  }
  if (streamed) await stream(reply);
  else whole(reply);
};
