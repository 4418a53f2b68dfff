import type OpenAI from 'openai';
import type { AgentJob } from '@drydock/contracts';
import { failed, type JobEnd } from '../protocol/done-codes.ts';

const WARN_AT = [0.8, 0.9, 0.95];

interface Gauge {
  readonly name: string;
  readonly limit: number;
  used(): number;
  warned: number;
}

const countOf = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0);

/** OpenRouter and some gateways report the price of a call beside its tokens. */
const costOf = (usage: object): number => ('cost' in usage ? countOf(usage.cost) : 0);

/** As the server sent it, which nobody has checked. */
const isUsage = (usage: unknown): usage is Partial<OpenAI.CompletionUsage> =>
  typeof usage === 'object' && usage !== null;

/**
 * What one job may still use. The gateway enforces tokens and cost for the whole task; here they are told to the model in
 * time, and counted as far as this job knows.
 */
export class Limits {
  readonly #job: AgentJob;
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly #gauges: Gauge[];
  #steps = 0;
  #tokens = 0;
  #costUsd = 0;

  constructor(job: AgentJob, now: () => number = () => performance.now()) {
    this.#job = job;
    this.#now = now;
    this.#startedAt = now();
    const gauge = (name: string, limit: number | null, used: () => number): Gauge[] =>
      limit === null || limit <= 0 ? [] : [{ name, limit, used, warned: 0 }];
    this.#gauges = [
      ...gauge('model calls', job.maxSteps, () => this.#steps),
      ...gauge('tokens', job.maxTokens, () => this.#tokens),
      ...gauge('US dollars', job.maxCostUsd, () => this.#costUsd),
      ...gauge('seconds', job.timeoutSeconds, () => (this.#now() - this.#startedAt) / 1000),
    ];
  }

  /** An answer is charged whatever it is worth. */
  charge(usage: unknown): void {
    this.#steps++;
    if (!isUsage(usage)) return;
    this.#tokens += countOf(usage.prompt_tokens) + countOf(usage.completion_tokens);
    this.#costUsd += costOf(usage);
  }

  /** The end of the job when no further call is allowed; asked before each. */
  exhausted(): JobEnd | null {
    const { maxSteps, maxTokens, maxCostUsd } = this.#job;
    if (this.#steps >= maxSteps)
      return failed(
        'step_limit',
        `The agent used all of its ${String(maxSteps)} model calls (limits.maxSteps).`,
      );
    if (this.#tokens >= maxTokens)
      return failed('budget', `The agent used all of its ${String(maxTokens)} tokens (limits.maxTokens).`);
    if (maxCostUsd !== null && this.#costUsd >= maxCostUsd && this.#costUsd > 0)
      return failed(
        'budget',
        `The agent used all of its ${String(maxCostUsd)} US dollars (limits.maxCostUsd).`,
      );
    return null;
  }

  /** Notes for the model, once per threshold and limit. */
  warnings(): string[] {
    return this.#gauges.flatMap((gauge) => {
      const share = gauge.used() / gauge.limit;
      const reached = WARN_AT.filter((threshold) => share >= threshold).at(-1) ?? 0;
      if (reached <= gauge.warned) return [];
      gauge.warned = reached;
      const advice =
        reached >= 0.95 ? 'Call finish now.' : 'Bring the work to an end: check it, clean up, call finish.';
      return [
        `[${String(Math.floor(Math.min(share, 1) * 100))} % of the ${String(gauge.limit)} ${gauge.name} of this task are used. ${advice}]`,
      ];
    });
  }
}
