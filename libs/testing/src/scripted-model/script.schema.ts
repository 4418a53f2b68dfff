import { parse } from 'yaml';
import { z } from 'zod';

const times = z.int().min(1).optional().describe('how often it strikes in one conversation; default: always');

const Fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    /** Sent as `Retry-After`. */
    retryAfterSeconds: z.number().min(0).optional(),
    message: z.string().optional(),
    times,
  }),
  /** The connection breaks after this many stream events, or in the middle of a JSON reply. */
  z.strictObject({ kind: z.literal('cut'), afterEvents: z.int().min(0).default(1), times }),
  /** Headers and this many events come, then nothing more. */
  z.strictObject({ kind: z.literal('stall'), afterEvents: z.int().min(0).default(1), times }),
  /** A reply with status 200 that is no JSON. */
  z.strictObject({ kind: z.literal('garbage'), times }),
  /** The connection breaks before any byte of a reply. */
  z.strictObject({ kind: z.literal('reset'), times }),
]);

const ToolCall = z.strictObject({
  name: z.string().min(1),
  /** An object is sent as JSON; a text is sent as it is, so that a script can play malformed arguments. */
  arguments: z.union([z.record(z.string(), z.unknown()), z.string()]).default({}),
});

const When = z.strictObject({
  /** 1 + the assistant messages in the request. */
  step: z.int().min(1).optional(),
  /** Both look at the last user or tool message. */
  contains: z.string().optional(),
  matches: z
    .string()
    .refine((text) => isRegExp(text), 'not a regular expression')
    .optional(),
});

const Turn = z.strictObject({
  /** Left out: the turn's own place in the list is its step. */
  when: When.optional(),
  reply: z.string().optional(),
  toolCalls: z.array(ToolCall).default([]),
  delayMs: z.int().min(0).default(0),
  /** Between two events of a stream. */
  eventDelayMs: z.int().min(0).default(0),
  /** Left out: a quarter of the characters. */
  usage: z
    .strictObject({
      inputTokens: z.int().min(0),
      cachedTokens: z.int().min(0).default(0),
      outputTokens: z.int().min(0),
    })
    .optional(),
  /** `none`: the reply carries no usage at all. */
  reportUsage: z.boolean().default(true),
  fault: Fault.optional(),
});

/** A trajectory that the scripted model plays: the first turn whose `when` fits the request answers it. */
export const Script = z.strictObject({ turns: z.array(Turn).min(1) });
export type Script = z.infer<typeof Script>;
export type ScriptTurn = z.infer<typeof Turn>;
export type ScriptFault = z.infer<typeof Fault>;
/** What an author writes, before the defaults are filled in. */
export type ScriptInput = z.input<typeof Script>;

/** @throws ZodError or YAMLParseError with the place of the mistake. */
export const parseScript = (script: string | ScriptInput): Script =>
  Script.parse(typeof script === 'string' ? parse(script) : script);

function isRegExp(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
