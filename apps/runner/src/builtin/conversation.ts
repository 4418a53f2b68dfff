import type {
  ChatCompletionMessageParam,
  ChatCompletionMessageFunctionToolCall,
} from 'openai/resources/chat/completions';
import type { MessageWriter } from '../protocol/message-writer.ts';
import { MAX_NAME } from '../protocol/bounds.ts';
import type { ToolCall, ToolOutcome } from './tool-calls.ts';

/** Servers that render the history by a template fail on arguments that are no JSON. */
const inHistory = ({ id, name, input, rawInput }: ToolCall): ChatCompletionMessageFunctionToolCall => ({
  id,
  type: 'function',
  function: {
    name,
    arguments: input === null ? JSON.stringify({ malformed: rawInput }) : rawInput.trim() || '{}',
  },
});

/** The messages to and from the model: append-only, each also told to the worker for the trajectory. */
export class Conversation {
  readonly messages: ChatCompletionMessageParam[] = [];
  readonly #writer: MessageWriter;

  constructor(writer: MessageWriter) {
    this.#writer = writer;
  }

  add(message: ChatCompletionMessageParam): void {
    this.messages.push(message);
    this.#writer.send({ type: 'trajectory', entry: message });
  }

  /** An answer of the model, with what it says and what it wants done. */
  addAnswer(text: string, calls: readonly ToolCall[]): void {
    if (text !== '') this.#writer.send({ type: 'agent_message', text });
    this.add({
      role: 'assistant',
      content: text === '' && calls.length > 0 ? null : text,
      ...(calls.length === 0 ? {} : { tool_calls: calls.map(inHistory) }),
    });
  }

  announceCall({ id, name, input, rawInput }: ToolCall): void {
    this.#writer.send({
      type: 'agent_tool_call',
      callId: id.slice(0, MAX_NAME),
      tool: name.slice(0, MAX_NAME),
      input: input ?? rawInput,
    });
  }

  /** @param notes - Words of the platform for the model, after the result. */
  addResult({ id }: ToolCall, outcome: ToolOutcome, notes: readonly string[]): void {
    const { output, exitCode, truncatedBytes } = outcome;
    this.#writer.send({
      type: 'agent_tool_result',
      callId: id.slice(0, MAX_NAME),
      exitCode,
      output,
      truncatedBytes,
    });
    this.add({ role: 'tool', tool_call_id: id, content: [output, ...notes].join('\n\n') });
  }
}
