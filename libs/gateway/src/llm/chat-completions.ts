import { chatFaultOf, ChatStreamReader, chatUsageOf } from './chat-stream-reader.ts';
import { countOf, isObject, type JsonObject } from './json.ts';
import type { CallShape, ModelRoute } from './route.ts';

const MAX_MODEL_LENGTH = 200;
const MAX_CHOICES = 128;

/** A bound that the client set, undefined when it set none, null when it is nonsense. */
const boundOf = (value: unknown): number | undefined | null => {
  if (value === undefined || value === null) return undefined;
  const count = countOf(value);
  return count === 0 ? null : count;
};

const shapeOf = (body: JsonObject, defaultModel: string | null): CallShape | string => {
  const model = body['model'] ?? defaultModel;
  if (typeof model !== 'string' || model === '' || model.length > MAX_MODEL_LENGTH)
    return 'Name a model: the task has no default model.';
  const caps = [boundOf(body['max_completion_tokens']), boundOf(body['max_tokens'])];
  if (caps.includes(null)) return 'max_completion_tokens and max_tokens are whole numbers from 1 up.';
  const choices = boundOf(body['n']) ?? (body['n'] === undefined || body['n'] === null ? 1 : 0);
  if (choices < 1 || choices > MAX_CHOICES) return `n is a whole number from 1 to ${String(MAX_CHOICES)}.`;
  // A server may obey either of the two.
  const cap = Math.max(...caps.map((bound) => bound ?? 0));
  const stream = body['stream'] === true;
  const options = isObject(body['stream_options']) ? body['stream_options'] : {};
  return {
    model,
    stream,
    choices,
    outputTokens: cap === 0 ? null : cap * choices,
    wantsUsage: options['include_usage'] === true,
    body: (capPerChoice) => ({
      ...body,
      model,
      ...(capPerChoice === null ? {} : { max_completion_tokens: capPerChoice }),
      ...(stream ? { stream_options: { ...options, include_usage: true } } : {}),
    }),
  };
};

/** `POST /v1/chat/completions` of OpenAI and of everything compatible with it. */
export const chatCompletions: ModelRoute = {
  upstream: 'openai',
  upstreamPath: '/chat/completions',
  shapeOf,
  usageOf: chatUsageOf,
  faultOf: chatFaultOf,
  readStream: (wantsUsage) => new ChatStreamReader(wantsUsage),
};
