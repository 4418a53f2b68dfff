import { createParser } from 'eventsource-parser';
import { countOf, isObject, parseJson, type JsonObject } from './json.ts';
import type { BlockNote, StreamReader, TokenUsage } from './route.ts';

/** Tokens of a chat completion or of the usage chunk of a stream; null when there are none to be read. */
export const chatUsageOf = (reply: unknown): TokenUsage | null => {
  const usage = isObject(reply) ? reply['usage'] : null;
  if (!isObject(usage)) return null;
  const inputTokens = countOf(usage['prompt_tokens']);
  const outputTokens = countOf(usage['completion_tokens']);
  if (inputTokens === null || outputTokens === null) return null;
  const details = usage['prompt_tokens_details'];
  const cached = (isObject(details) ? countOf(details['cached_tokens']) : null) ?? 0;
  return { inputTokens, outputTokens, cachedTokens: Math.min(cached, inputTokens) };
};

/** Some servers say with status 200 that they failed. */
const errorIn = (reply: JsonObject): string | null => {
  const error = reply['error'];
  if (error === undefined || error === null) return null;
  const message = isObject(error) ? error['message'] : error;
  return `The model provider failed: ${(typeof message === 'string' ? message : 'no reason given').slice(0, 500)}`;
};

const EMPTY = 'The model provider sent a reply without an answer in it.';

export const chatFaultOf = (reply: unknown): string | null => {
  if (!isObject(reply)) return EMPTY;
  return errorIn(reply) ?? (listOf(reply['choices']).length === 0 ? EMPTY : null);
};

interface PartialCall {
  id: string;
  name: string;
  arguments: string;
}

interface PartialChoice {
  content: string;
  reasoning: string;
  finish_reason: string | null;
  readonly calls: Map<number, PartialCall>;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): JsonObject[] =>
  Array.isArray(value) ? (value as unknown[]).filter((item) => isObject(item)) : [];

/** Reads the chunks of one chat completion. */
export class ChatStreamReader implements StreamReader {
  readonly #wantsUsage: boolean;
  readonly #choices = new Map<number, PartialChoice>();
  readonly #events: string[] = [];
  readonly #parser = createParser({ onEvent: (event) => this.#events.push(event.data) });
  #head: JsonObject = {};
  #usage: TokenUsage | null = null;
  #error: string | null = null;

  constructor(wantsUsage: boolean) {
    this.#wantsUsage = wantsUsage;
  }

  read(block: string): BlockNote {
    this.#parser.feed(block);
    const [data] = this.#events.splice(0);
    if (data === undefined) return { keep: false, last: false };
    if (data === '[DONE]') return { keep: false, last: true };
    const chunk = parseJson(data);
    if (!isObject(chunk)) return { keep: false, last: false };
    this.#usage = chatUsageOf(chunk) ?? this.#usage;
    this.#error ??= errorIn(chunk);
    this.#head = { id: chunk['id'], model: chunk['model'] };
    const choices = listOf(chunk['choices']);
    for (const choice of choices) this.#add(choice);
    // Clients that did not ask for it may read `choices[0]` of every event: the usage event has none.
    const isUsageEvent =
      Array.isArray(chunk['choices']) && chunk['choices'].length === 0 && isObject(chunk['usage']);
    return { keep: !this.#wantsUsage && isUsageEvent, last: false };
  }

  usage(): TokenUsage | null {
    return this.#usage;
  }

  fault(): string | null {
    return this.#error ?? (this.#choices.size === 0 ? EMPTY : null);
  }

  assembled(): unknown {
    const choices = [...this.#choices].map(([index, { calls, finish_reason, content, reasoning }]) => ({
      index,
      finish_reason,
      message: {
        role: 'assistant',
        content,
        ...(reasoning === '' ? {} : { reasoning }),
        ...(calls.size === 0
          ? {}
          : {
              tool_calls: [...calls.values()].map(({ id, ...rest }) => ({
                id,
                type: 'function',
                function: rest,
              })),
            }),
      },
    }));
    return { ...this.#head, object: 'chat.completion', choices };
  }

  #add(choice: JsonObject): void {
    const index = countOf(choice['index']) ?? 0;
    const known = this.#choices.get(index);
    const into: PartialChoice = known ?? {
      content: '',
      reasoning: '',
      finish_reason: null,
      calls: new Map(),
    };
    if (known === undefined) this.#choices.set(index, into);
    into.finish_reason = textOf(choice['finish_reason']) || into.finish_reason;
    const delta = isObject(choice['delta']) ? choice['delta'] : {};
    into.content += textOf(delta['content']);
    into.reasoning += textOf(delta['reasoning_content']) || textOf(delta['reasoning']);
    for (const part of listOf(delta['tool_calls'])) addCall(into.calls, part);
  }
}

const addCall = (calls: Map<number, PartialCall>, part: JsonObject): void => {
  const index = countOf(part['index']) ?? 0;
  const call = calls.get(index) ?? { id: '', name: '', arguments: '' };
  calls.set(index, call);
  const details = isObject(part['function']) ? part['function'] : {};
  call.id ||= textOf(part['id']);
  call.name ||= textOf(details['name']);
  call.arguments += textOf(details['arguments']);
};
