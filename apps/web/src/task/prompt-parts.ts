import { counted } from '../text/amounts.ts';

/** What was said in a call of the model, by whom. */
export interface PromptPart {
  readonly role: string;
  readonly text: string;
}

/** A call of the model as it was journalled. */
export interface Prompt {
  /** Null: of an older journal. */
  readonly callId: string | null;
  readonly parts: readonly PromptPart[];
  /** How many messages the request had, those left out of the parts included. */
  readonly messages: number;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** What was too long for the journal is kept as its begin. */
const isCut = (value: unknown): value is { start: string; truncatedBytes: number } =>
  isObject(value) && typeof value['start'] === 'string' && typeof value['truncatedBytes'] === 'number';

const pretty = (value: unknown): string => {
  if (value === undefined) return '';
  if (isCut(value)) return `${value.start}\n… ${counted(value.truncatedBytes, 'more byte')} not kept`;
  return JSON.stringify(value, null, 2);
};

const contentText = (content: unknown): string => {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content === null || content === undefined ? '' : pretty(content);
  return content
    .map((part: unknown) =>
      isObject(part) && typeof part['text'] === 'string' ? part['text'] : pretty(part),
    )
    .join('\n');
};

const messagePart = (message: unknown): PromptPart => {
  if (!isObject(message)) return { role: 'unknown', text: pretty(message) };
  const calls = message['tool_calls'];
  const texts = [contentText(message['content']), Array.isArray(calls) ? pretty(calls) : ''];
  return {
    role: typeof message['role'] === 'string' ? message['role'] : 'assistant',
    text: texts.filter((text) => text !== '').join('\n'),
  };
};

const answerPart = (response: unknown): PromptPart => {
  const choices: unknown = isObject(response) ? response['choices'] : undefined;
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (isObject(first) && isObject(first['message']))
    return { ...messagePart(first['message']), role: 'answer' };
  return { role: 'answer', text: typeof response === 'string' ? response : pretty(response) };
};

/**
 * One line of prompts.jsonl as a conversation. Any provider's shape is shown, the well-known ones nicely.
 * @param known - messages that the call before had: those are left out.
 */
export const promptParts = (line: string, known = 0): Prompt => {
  const entry: unknown = JSON.parse(line);
  if (!isObject(entry)) return { callId: null, parts: [], messages: 0 };
  const request = entry['request'];
  const asked: unknown = isObject(request) ? (request['messages'] ?? request['input']) : undefined;
  const messages: readonly unknown[] = Array.isArray(asked) ? asked : [];
  const fresh = messages.slice(messages.length > known ? known : 0).map(messagePart);
  const parts = messages.length > 0 ? fresh : [{ role: 'request', text: pretty(request) }];
  const callId = typeof entry['callId'] === 'string' ? entry['callId'] : null;
  return { callId, parts: [...parts, answerPart(entry['response'])], messages: messages.length };
};
