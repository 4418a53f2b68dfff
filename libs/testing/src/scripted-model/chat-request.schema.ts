import { z } from 'zod';

const Text = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]);
const ToolCall = z.looseObject({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
});

const Message = z.discriminatedUnion('role', [
  z.looseObject({ role: z.enum(['system', 'developer', 'user']), content: Text }),
  z.looseObject({
    role: z.literal('assistant'),
    content: Text.nullish(),
    tool_calls: z.array(ToolCall).min(1).optional(),
  }),
  z.looseObject({ role: z.literal('tool'), content: Text, tool_call_id: z.string().min(1) }),
]);

/** Tool results answer the calls of the assistant message before them, one each, as OpenAI insists. */
const answersItsCalls = (messages: readonly z.infer<typeof Message>[]): boolean => {
  let open = new Set<string>();
  for (const message of messages) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) return false;
      continue;
    }
    if (open.size > 0) return false;
    if (message.role === 'assistant') open = new Set(message.tool_calls?.map((call) => call.id));
  }
  return open.size === 0;
};

/** The parts of a chat completion request that a strict server would refuse when they are wrong. */
export const ChatRequest = z
  .looseObject({
    model: z.string().min(1),
    messages: z
      .array(Message)
      .min(1)
      .refine(answersItsCalls, "every tool call of an assistant message needs exactly one 'tool' message"),
    tools: z
      .array(
        z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string().min(1) }) }),
      )
      .min(1)
      .optional(),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  })
  .refine((body) => body.stream === true || body.stream_options == null, {
    path: ['stream_options'],
    error: "'stream_options' is only allowed when 'stream' is true",
  });
export type ChatRequest = z.infer<typeof ChatRequest>;

const textOf = (content: z.infer<typeof Text> | null | undefined): string =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('');

/** 1 for the first call of a conversation: derived from the request, so that any number of tasks share one server. */
export const stepOf = (request: ChatRequest): number =>
  1 + request.messages.filter((message) => message.role === 'assistant').length;

/** Text of the last user or tool message. */
export const lastInput = (request: ChatRequest): string =>
  textOf(request.messages.findLast((message) => message.role === 'user' || message.role === 'tool')?.content);
