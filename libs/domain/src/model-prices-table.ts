import type { ModelPrice, ModelPrices } from './model-prices.ts';

const OPENAI = 'https://developers.openai.com/api/docs/pricing';
const ANTHROPIC = 'https://platform.claude.com/docs/en/about-claude/pricing';

type Row = readonly [model: string, inputUsd: number, cachedUsd: number, outputUsd: number];

/**
 * Each model by its name and by its dated snapshots (`gpt-5` and `gpt-5-2025-08-07`), never by an open prefix: `gpt-5*`
 * would give `gpt-5.5` the price of its cheaper elder.
 */
const entries = (asOf: string, source: string, rows: readonly Row[]): ModelPrice[] =>
  rows.flatMap(([name, inputUsd, cachedUsd, outputUsd]) =>
    [name, `${name}-20*`].map((model) => ({ model, inputUsd, cachedUsd, outputUsd, asOf, source })),
  );

/**
 * Standard-tier list prices; batch, priority and long-context surcharges are not in it. An operator's file
 * (DRYDOCK_MODEL_PRICES) goes in front of it.
 */
export const BUILT_IN_PRICES: ModelPrices = [
  ...entries('2026-06-30', OPENAI, [
    ['gpt-5.5', 5, 0.5, 30],
    ['gpt-5.4', 2.5, 0.25, 15],
    ['gpt-5.4-mini', 0.75, 0.075, 4.5],
    ['gpt-5.4-nano', 0.2, 0.02, 1.25],
    ['gpt-5.3-codex', 1.75, 0.175, 14],
    ['gpt-5.2', 1.75, 0.175, 14],
    ['gpt-5.2-codex', 1.75, 0.175, 14],
  ]),
  ...entries('2025-11-30', OPENAI, [
    ['gpt-5.1', 1.25, 0.125, 10],
    ['gpt-5', 1.25, 0.125, 10],
    ['gpt-5-mini', 0.25, 0.025, 2],
    ['gpt-5-nano', 0.05, 0.005, 0.4],
    ['gpt-4.1', 2, 0.5, 8],
    ['gpt-4.1-mini', 0.4, 0.1, 1.6],
    ['gpt-4.1-nano', 0.1, 0.025, 0.4],
    ['gpt-4o', 2.5, 1.25, 10],
    ['gpt-4o-mini', 0.15, 0.075, 0.6],
    ['o3', 2, 0.5, 8],
    ['o4-mini', 1.1, 0.275, 4.4],
  ]),
  ...entries('2026-10-31', ANTHROPIC, [
    ['claude-opus-5', 5, 0.5, 25],
    ['claude-opus-4-8', 5, 0.5, 25],
    ['claude-opus-4-7', 5, 0.5, 25],
    ['claude-opus-4-6', 5, 0.5, 25],
    ['claude-opus-4-5', 5, 0.5, 25],
    ['claude-opus-4-1', 15, 1.5, 75],
    ['claude-sonnet-4-6', 3, 0.3, 15],
    ['claude-sonnet-4-5', 3, 0.3, 15],
    ['claude-haiku-4-5', 1, 0.1, 5],
  ]),
  // Nobody bills the scripted model. It has a made-up price so that the demo and the tests show how costs add up.
  {
    model: 'scripted',
    inputUsd: 1,
    cachedUsd: 0.1,
    outputUsd: 4,
    asOf: '2026-11-21',
    source: 'made up: the scripted model of the demo and the tests costs nothing',
  },
];
