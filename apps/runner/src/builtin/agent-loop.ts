import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import type { AgentJob } from '@drydock/contracts';
import type { JobContext } from '../jobs/job-context.ts';
import { failed, finished, type JobEnd } from '../protocol/done-codes.ts';
import { Conversation } from './conversation.ts';
import { Limits } from './limits.ts';
import type { Ask } from './model.ts';
import { NUDGE, StuckDetector } from './stuck-detector.ts';
import { readToolCalls, runToolCall, type ToolCall, type ToolOutcome } from './tool-calls.ts';
import { FINISH } from './tools/catalogue.ts';

const MAX_BAD_ANSWERS = 3;

const CUT =
  'Your answer was cut at the token limit, so nothing of it was done. Work in smaller steps: shorter texts, one tool call.';
const EMPTY = 'Your answer was empty. Call a tool, or call finish with a summary.';

interface Answer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly wasCut: boolean;
}

const notRun = (output: string): ToolOutcome => ({
  output,
  exitCode: null,
  truncatedBytes: 0,
  isMalformed: false,
});

/** Ask, do what is asked for, tell what came of it: until the model finishes or something forbids to go on. */
export class AgentLoop {
  readonly #ask: Ask;
  readonly #context: JobContext;
  readonly #limits: Limits;
  readonly #conversation: Conversation;
  readonly #stuck = new StuckDetector();
  #badAnswers = 0;
  #madeIds = 0;

  constructor({ ask, job, context }: { ask: Ask; job: AgentJob; context: JobContext }) {
    this.#ask = ask;
    this.#context = context;
    this.#limits = new Limits(job);
    this.#conversation = new Conversation(context.writer);
  }

  async run(first: readonly ChatCompletionMessageParam[]): Promise<JobEnd> {
    for (const message of first) this.#conversation.add(message);
    for (;;) {
      this.#context.signal.throwIfAborted();
      const exhausted = this.#limits.exhausted();
      if (exhausted) return exhausted;
      const end = await this.#step();
      if (end) return end;
      if (this.#badAnswers >= MAX_BAD_ANSWERS)
        return failed(
          'harness_failed',
          `The model gave ${String(MAX_BAD_ANSWERS)} unusable answers in a row.`,
        );
    }
  }

  async #step(): Promise<JobEnd | null> {
    const { text, calls, wasCut } = await this.#answer();
    this.#conversation.addAnswer(text, calls);
    if (calls.length > 0) return wasCut ? this.#refuseAll(calls) : this.#runAll(calls);
    if (!wasCut && text.trim() !== '') return finished(text);
    this.#badAnswers++;
    this.#conversation.add({
      role: 'user',
      content: [wasCut ? CUT : EMPTY, ...this.#limits.warnings()].join('\n\n'),
    });
    return null;
  }

  async #answer(): Promise<Answer> {
    const { completion } = await this.#ask(this.#conversation.messages);
    this.#limits.charge(completion.usage);
    const choice = completion.choices?.[0];
    const message = choice?.message as { content?: unknown; tool_calls?: unknown } | undefined;
    return {
      text: typeof message?.content === 'string' ? message.content : '',
      calls: readToolCalls(message?.tool_calls, () => `call_drydock_${String(++this.#madeIds)}`),
      wasCut: choice?.finish_reason === 'length',
    };
  }

  /** The last of several calls may be half of one, so none is tried; yet each needs its result. */
  #refuseAll(calls: readonly ToolCall[]): null {
    this.#badAnswers++;
    for (const call of calls) {
      this.#conversation.announceCall(call);
      this.#conversation.addResult(call, notRun(`Error: ${CUT}`), this.#limits.warnings());
    }
    return null;
  }

  async #runAll(calls: readonly ToolCall[]): Promise<JobEnd | null> {
    let end: JobEnd | null = null;
    let isGood = false;
    for (const call of calls) {
      this.#conversation.announceCall(call);
      if (end) {
        this.#conversation.addResult(call, notRun('Not run: the work had ended before.'), []);
        continue;
      }
      const outcome = await runToolCall(call, this.#context);
      isGood ||= !outcome.isMalformed;
      const verdict = this.#stuck.observe(`${call.name} ${call.rawInput}`, outcome.output);
      this.#conversation.addResult(call, outcome, [
        ...(verdict === 'nudge' ? [NUDGE] : []),
        ...this.#limits.warnings(),
      ]);
      if (verdict === 'stuck')
        end = failed(
          'stuck',
          'The agent repeated the same actions with the same results, also after a hint.',
        );
      else if (call.name === FINISH && !outcome.isMalformed && outcome.exitCode !== 1)
        end = finished(typeof call.input?.summary === 'string' ? call.input.summary : '');
    }
    this.#badAnswers = isGood ? 0 : this.#badAnswers + 1;
    return end;
  }
}
