import type OpenAI from 'openai';
import type { ChatRequest } from './chat-request.schema.ts';
import type { ScriptTurn } from './script.schema.ts';

type Completion = OpenAI.Chat.ChatCompletion;
type Chunk = OpenAI.Chat.ChatCompletionChunk;
type ChunkChoice = OpenAI.Chat.ChatCompletionChunk.Choice;
type Delta = OpenAI.Chat.ChatCompletionChunk.Choice.Delta;
type Message = OpenAI.Chat.ChatCompletionMessage;

/** Characters per streamed piece: small, so that readers meet cuts inside words and JSON. */
const PIECE = 12;

export interface Played {
  readonly completion: Completion;
  readonly chunks: readonly Chunk[];
}

const usageOf = (turn: ScriptTurn, request: ChatRequest): OpenAI.CompletionUsage => {
  const output = (turn.reply ?? '').length + JSON.stringify(turn.toolCalls).length;
  const counted = turn.usage ?? {
    inputTokens: Math.ceil(JSON.stringify(request.messages).length / 4),
    cachedTokens: 0,
    outputTokens: Math.ceil(output / 4),
  };
  return {
    prompt_tokens: counted.inputTokens,
    completion_tokens: counted.outputTokens,
    total_tokens: counted.inputTokens + counted.outputTokens,
    prompt_tokens_details: { cached_tokens: counted.cachedTokens },
  };
};

const pieces = (text: string): string[] => text.match(new RegExp(`[^]{1,${String(PIECE)}}`, 'g')) ?? [];

const deltasOf = (message: Message): Delta[] => [
  { role: 'assistant', content: '' },
  ...pieces(message.content ?? '').map((content) => ({ content })),
  ...(message.tool_calls ?? []).flatMap((call, index): Delta[] =>
    call.type !== 'function'
      ? []
      : [
          {
            tool_calls: [
              { index, id: call.id, type: 'function', function: { name: call.function.name, arguments: '' } },
            ],
          },
          ...pieces(call.function.arguments).map((part) => ({
            tool_calls: [{ index, function: { arguments: part } }],
          })),
        ],
  ),
];

/** One turn as both shapes that OpenAI publishes: a whole completion, and the chunks of a stream. */
export const playTurn = (turn: ScriptTurn, request: ChatRequest, callNumber: number): Played => {
  const base = {
    id: `chatcmpl-scripted-${String(callNumber)}`,
    created: 1_700_000_000,
    model: request.model,
  };
  const toolCalls = turn.toolCalls.map((call, index) => ({
    id: `call_${String(callNumber)}_${String(index)}`,
    type: 'function' as const,
    function: {
      name: call.name,
      arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
    },
  }));
  const message = {
    role: 'assistant' as const,
    content: turn.reply ?? null,
    refusal: null,
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
  };
  const finish = toolCalls.length === 0 ? ('stop' as const) : ('tool_calls' as const);
  const usage = turn.reportUsage ? { usage: usageOf(turn, request) } : {};
  const chunk = (choices: ChunkChoice[], more: Partial<Chunk> = {}): Chunk => ({
    ...base,
    object: 'chat.completion.chunk',
    choices,
    ...more,
  });
  const wantsUsage = request.stream_options?.include_usage === true && turn.reportUsage;
  return {
    completion: {
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: finish, logprobs: null }],
      ...usage,
    },
    chunks: [
      ...deltasOf(message).map((delta) => chunk([{ index: 0, delta, finish_reason: null }])),
      chunk([{ index: 0, delta: {}, finish_reason: finish }]),
      ...(wantsUsage ? [chunk([], usage)] : []),
    ],
  };
};
