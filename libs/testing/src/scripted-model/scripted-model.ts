import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { ChatRequest } from './chat-request.schema.ts';
import { playTurn } from './completion.ts';
import { pickTurn } from './pick-turn.ts';
import { sendError, sendJson, sendReply } from './reply.ts';
import {
  parseScript,
  type Script,
  type ScriptFault,
  type ScriptInput,
  type ScriptTurn,
} from './script.schema.ts';

/** One request as it arrived; tests look here for keys that should not, or should, have been sent. */
export interface ScriptedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface ScriptedModel {
  /** Base URL with `/v1`, as OPENAI_BASE_URL wants it. */
  readonly url: string;
  /** Every chat completion request so far, refused ones too. */
  readonly calls: readonly ScriptedCall[];
  close(): Promise<void>;
}

export interface ScriptedModelOptions {
  /** YAML text or the same as an object. */
  readonly script: string | ScriptInput;
  /** Default: any free one. */
  readonly port?: number;
  /** When given, every request must carry it as its bearer token, else 401. */
  readonly apiKey?: string;
}

/** Plays the model of a whole fleet: no state but how often a fault with `times` struck a conversation. */
class Player {
  readonly calls: ScriptedCall[] = [];
  readonly #script: Script;
  readonly #apiKey: string | null;
  readonly #struck = new Map<string, number>();
  readonly #closing = new AbortController();

  constructor(script: Script, apiKey: string | null) {
    this.#script = script;
    this.#apiKey = apiKey;
  }

  close(): void {
    this.#closing.abort();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (this.#apiKey !== null && request.headers.authorization !== `Bearer ${this.#apiKey}`) {
      sendError(response, 401, 'Incorrect API key provided.', 'invalid_api_key');
    } else if (request.method === 'GET' && path === '/v1/models') {
      sendJson(response, 200, {
        object: 'list',
        data: [{ id: 'scripted', object: 'model', created: 1_700_000_000, owned_by: 'drydock' }],
      });
    } else if (request.method === 'POST' && path === '/v1/chat/completions') {
      const body: unknown = await json(request).catch(() => null);
      this.calls.push({ path, headers: request.headers, body });
      await this.#complete(body, response);
    } else sendError(response, 404, `No route ${request.method ?? ''} ${path}.`, 'unknown_url');
  }

  async #complete(body: unknown, response: ServerResponse): Promise<void> {
    const parsed = ChatRequest.safeParse(body);
    if (!parsed.success) {
      sendError(response, 400, z.prettifyError(parsed.error), 'invalid_request');
      return;
    }
    const picked = pickTurn(this.#script, parsed.data);
    if (picked === null) {
      sendError(response, 400, 'The script has no turn that fits this request.', 'script_exhausted');
      return;
    }
    const { turn } = picked;
    const fault = this.#strike(turn, `${String(picked.index)} ${fingerprint(parsed.data.messages)}`);
    const played = playTurn(turn, parsed.data, this.calls.length);
    const reply = { response, turn, played, fault, closing: this.#closing.signal };
    await sendReply(reply, parsed.data.stream === true);
  }

  #strike(turn: ScriptTurn, place: string): ScriptFault | null {
    if (turn.fault?.times === undefined) return turn.fault ?? null;
    const before = this.#struck.get(place) ?? 0;
    this.#struck.set(place, before + 1);
    return before < turn.fault.times ? turn.fault : null;
  }
}

const fingerprint = (messages: unknown): string =>
  createHash('sha256').update(JSON.stringify(messages)).digest('base64url');

/**
 * An OpenAI-compatible HTTP server on loopback that plays a trajectory.
 * @throws ZodError or YAMLParseError when the script is not valid.
 */
export const startScriptedModel = async (options: ScriptedModelOptions): Promise<ScriptedModel> => {
  const player = new Player(parseScript(options.script), options.apiKey ?? null);
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    player.answer(request, response).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/v1`,
    calls: player.calls,
    close: async () => {
      if (!server.listening) return;
      player.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
