import type { AllowedPrivateHosts, ModelPrices } from '@drydock/domain';
import type { SharedConfig } from './shared-config.ts';

/** What an operator has decided about tasks, wherever they are taken in: by the api, or by a worker for a code host. */
export interface TaskPolicy {
  readonly allowPrivateHosts: AllowedPrivateHosts;
  readonly allowedImages: readonly string[];
  readonly allowFullNetwork: boolean;
  readonly defaultModel: string | null;
  /** The gateway has an upstream that speaks chat completions. */
  readonly hasModelUpstream: boolean;
  readonly prices: ModelPrices;
}

export const taskPolicyOf = ({ policy, models }: Pick<SharedConfig, 'policy' | 'models'>): TaskPolicy => ({
  ...policy,
  defaultModel: models.defaultModel,
  hasModelUpstream: models.openai !== null,
  prices: models.prices,
});
