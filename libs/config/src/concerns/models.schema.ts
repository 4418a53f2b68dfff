import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { BUILT_IN_PRICES, mergePrices, type ModelPrices } from '@drydock/domain';
import { z } from 'zod';
import { ROOT } from '../read-environment.ts';
import { SettingFault } from '../settings-reader.ts';
import { urlOf } from './values.ts';

const OPENAI = 'https://api.openai.com/v1';
const ANTHROPIC = 'https://api.anthropic.com';

/** One upstream of the gateway. */
export interface UpstreamConfig {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** null: a local server that asks for none. */
  readonly apiKey: string | null;
}

export interface ModelsConfig {
  readonly defaultModel: string | null;
  /** For `/v1/chat/completions` and `/v1/responses`, any compatible server; null: neither key nor address is set. */
  readonly openai: UpstreamConfig | null;
  readonly anthropic: UpstreamConfig | null;
  /** The operator's file in front of the built-in table. */
  readonly prices: ModelPrices;
}

const keyOf = (server: string) =>
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .optional()
    .describe(`Key of ${server}; left out for one that asks for none`);

export const ModelsSettings = z
  .object({
    OPENAI_BASE_URL: urlOf('http:', 'https:')
      .optional()
      .meta({
        description:
          'Any server that is compatible with OpenAI, with its `/v1`. Neither this nor its key: tasks have no model',
        unset: `\`${OPENAI}\``,
      }),
    OPENAI_API_KEY: keyOf('that server'),
    ANTHROPIC_BASE_URL: urlOf('http:', 'https:')
      .optional()
      .meta({
        description: 'Upstream of `/v1/messages`, a dialect that the gateway does not speak yet',
        unset: `\`${ANTHROPIC}\``,
      }),
    ANTHROPIC_API_KEY: keyOf('that upstream'),
    DRYDOCK_DEFAULT_MODEL: z
      .string()
      .trim()
      .max(200, 'must have at most 200 characters')
      .optional()
      .describe('Model of tasks that name none; required when one of the keys is set'),
    DRYDOCK_MODEL_PRICES: z
      .string()
      .optional()
      .describe(
        'JSON file with a list of `{ model, inputUsd, cachedUsd, outputUsd }`, US dollars per million tokens, before our own table',
      ),
  })
  .meta({ title: 'Models' })
  .superRefine((env, context) => {
    const hasKey = env.OPENAI_API_KEY !== undefined || env.ANTHROPIC_API_KEY !== undefined;
    if (hasKey && env.DRYDOCK_DEFAULT_MODEL === undefined)
      context.addIssue({
        code: 'custom',
        path: ['DRYDOCK_DEFAULT_MODEL'],
        message: 'is needed when OPENAI_API_KEY or ANTHROPIC_API_KEY is set: name the model that tasks use',
      });
  });

const price = z.object({
  model: z.string().min(1),
  inputUsd: z.number().min(0),
  cachedUsd: z.number().min(0),
  outputUsd: z.number().min(0),
  asOf: z.string().default('unknown'),
  source: z.string().default('DRYDOCK_MODEL_PRICES'),
});

const readPrices = (file: string): ModelPrices => {
  const fault = (why: string) => new SettingFault('DRYDOCK_MODEL_PRICES', why);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(resolve(ROOT, file), 'utf8'));
  } catch {
    throw fault('must name a JSON file that can be read');
  }
  const parsed = z.array(price).safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw fault(
    `must hold a list of { model, inputUsd, cachedUsd, outputUsd } in US dollars per million tokens; see entry ${where}`,
  );
};

const upstream = (url: string | undefined, key: string | undefined, normal: string): UpstreamConfig | null =>
  url === undefined && key === undefined
    ? null
    : { baseUrl: (url ?? normal).replace(/\/+$/, ''), apiKey: key ?? null };

export const modelsOf = (env: z.output<typeof ModelsSettings>): ModelsConfig => ({
  defaultModel: env.DRYDOCK_DEFAULT_MODEL ?? null,
  openai: upstream(env.OPENAI_BASE_URL, env.OPENAI_API_KEY, OPENAI),
  anthropic: upstream(env.ANTHROPIC_BASE_URL, env.ANTHROPIC_API_KEY, ANTHROPIC),
  prices:
    env.DRYDOCK_MODEL_PRICES === undefined
      ? BUILT_IN_PRICES
      : mergePrices(readPrices(env.DRYDOCK_MODEL_PRICES), BUILT_IN_PRICES),
});
