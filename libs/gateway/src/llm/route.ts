import { chatCompletions } from './chat-completions.ts';
import type { JsonObject } from './json.ts';

export interface TokenUsage {
  readonly inputTokens: number;
  /** A part of `inputTokens`. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** What the gateway must know about a call before it goes out. */
export interface CallShape {
  readonly model: string;
  readonly stream: boolean;
  /** The client's own bound of output tokens over all choices; null: it set none. */
  readonly outputTokens: number | null;
  readonly choices: number;
  /** The client asked for the usage event of a stream; else the event is ours and is kept back. */
  readonly wantsUsage: boolean;
  /** The body for the provider; `capPerChoice` bounds a call whose client set no bound. */
  body(capPerChoice: number | null): JsonObject;
}

/** One block of an event stream: `keep` it from the client, or let it pass; `last` ends the stream for clients. */
export interface BlockNote {
  readonly keep: boolean;
  readonly last: boolean;
}

/** Follows one event stream. */
export interface StreamReader {
  /** @param block - one whole event with its blank line. */
  read(block: string): BlockNote;
  usage(): TokenUsage | null;
  /** Why the reply is no answer although it came whole: an error event, or nothing in it. Null: it is one. */
  fault(): string | null;
  /** The reply put together, for the journal. */
  assembled(): unknown;
}

/** A dialect that the LLM socket speaks. Another one is another entry of `ROUTES`, nothing else changes. */
export interface ModelRoute {
  readonly upstream: 'openai' | 'anthropic';
  /** Below the upstream's base URL. */
  readonly upstreamPath: string;
  /** @returns the shape, or what is wrong with the request. */
  shapeOf(body: JsonObject, defaultModel: string | null): CallShape | string;
  usageOf(reply: unknown): TokenUsage | null;
  /** Why a whole reply with status 200 is no answer; null: it is one. */
  faultOf(reply: unknown): string | null;
  readStream(wantsUsage: boolean): StreamReader;
}

/** By method and path. What is not here is `route_not_allowed`. */
export const ROUTES: Readonly<Record<string, ModelRoute>> = {
  'POST /v1/chat/completions': chatCompletions,
};

export const MODELS_ROUTE = 'GET /v1/models';
