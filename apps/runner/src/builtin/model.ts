import type OpenAI from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import type { AgentJob } from '@drydock/contracts';
import type { JobContext } from '../jobs/job-context.ts';
import { failed, type JobEnd } from '../protocol/done-codes.ts';
import { httpFetch } from './http-fetch.ts';
import { TOOL_SCHEMAS } from './tools/catalogue.ts';
import { messageOf } from '../faults.ts';

const LOOPBACK = 'http://127.0.0.1:4000/v1';
/** The gateway has a deadline per call and the worker one for the phase; this one only ends what both forgot. */
const SLACK_SECONDS = 60;
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface ModelReply {
  /** What the server sent; not checked beyond being JSON. */
  readonly completion: Partial<OpenAI.ChatCompletion>;
}

/** The call cannot succeed by trying again. */
export class ModelFailure extends Error {
  readonly end: JobEnd;

  constructor(end: JobEnd) {
    super(end.message);
    this.end = end;
  }
}

export type Ask = (messages: readonly ChatCompletionMessageParam[]) => Promise<ModelReply>;

/** The gateway's refusals are final; it has retried everything else already. */
const asFailure = (error: unknown, ApiError: typeof OpenAI.APIError): ModelFailure => {
  if (!(error instanceof ApiError)) return new ModelFailure(failed('model_failed', messageOf(error)));
  return new ModelFailure(
    failed(error.code === 'budget_exceeded' ? 'budget' : 'model_failed', error.message),
  );
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Calls the model of a job through the loopback forwarder. The client library is loaded here, as only this needs it. */
export const connectModel = async (job: AgentJob, { env, signal }: JobContext): Promise<Ask> => {
  const { default: Client, APIError: ApiError } = await import('openai');
  const client = new Client({
    baseURL: env.OPENAI_BASE_URL ?? LOOPBACK,
    apiKey: env.OPENAI_API_KEY ?? 'none',
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: Math.min(MAX_TIMER_MS, (job.timeoutSeconds + SLACK_SECONDS) * 1000),
    fetch: httpFetch,
  });
  return async (messages) => {
    try {
      const completion: unknown = await client.chat.completions.create(
        { model: job.model ?? 'default', messages: [...messages], tools: TOOL_SCHEMAS },
        { signal },
      );
      return { completion: isObject(completion) ? completion : {} };
    } catch (error) {
      throw asFailure(error, ApiError);
    }
  };
};
