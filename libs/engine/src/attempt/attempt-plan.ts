import type { NetworkPolicy, RepositoryConfig } from '@drydock/contracts';
import { AppError, effectiveLimits, globMatches, type Limits } from '@drydock/domain';
import type { z } from 'zod';
import type { TaskRecord } from '../ports/task-record.ts';

type Config = z.infer<typeof RepositoryConfig>;
export type NetworkPhase = 'setup' | 'agent' | 'verify';

/** What the operator allows a repository to ask for. */
export interface RepositoryRules {
  readonly allowedImages: readonly string[];
  readonly allowFullNetwork: boolean;
  readonly hostCpus: number;
}

/** All that the phases of one attempt do, once the request and `.drydock.yml` are both known. */
export interface AttemptPlan {
  readonly image: string;
  readonly limits: Limits;
  readonly setup: readonly string[];
  readonly verify: readonly string[];
  readonly network: Readonly<Record<NetworkPhase, NetworkPolicy>>;
  readonly instructions: string | null;
}

/** The repository's own set-up, used when neither the request nor `.drydock.yml` names one. */
const SETUP_SCRIPT = 'bash .drydock/setup.sh';
export const NO_NETWORK: NetworkPolicy = { mode: 'none' };

const refuse = (detail: string): AppError => new AppError('config_invalid', `.drydock.yml: ${detail}`);

const checkConfig = (config: Config, rules: RepositoryRules): void => {
  const { image } = config;
  if (image !== undefined && !rules.allowedImages.some((glob) => globMatches(glob, image)))
    throw refuse(`the image ${image} is not among those that the operator allows.`);
  const full = Object.values(config.network ?? {}).some((policy) => policy?.mode === 'full');
  if (full && !rules.allowFullNetwork) throw refuse('network mode full is not allowed on this installation.');
};

const joinInstructions = (repository: string | undefined, request: string | undefined): string | null => {
  const parts = [repository, request].filter((part): part is string => part !== undefined && part !== '');
  return parts.length === 0 ? null : parts.join('\n\n');
};

/** The plan before the checkout is known: what the container may already be created for. */
export const planFromRequest = (task: TaskRecord, rules: RepositoryRules): AttemptPlan =>
  planAttempt({ task, rules, config: {}, hasSetupScript: false });

/** The request wins over the repository; limits of the repository only tighten defaults, cpus are clamped to the host. */
export const planAttempt = (facts: {
  task: TaskRecord;
  config: Config;
  hasSetupScript: boolean;
  rules: RepositoryRules;
}): AttemptPlan => {
  const { task, config, rules } = facts;
  checkConfig(config, rules);
  const { request } = task;
  const network = (phase: NetworkPhase): NetworkPolicy =>
    request.network?.[phase] ?? config.network?.[phase] ?? NO_NETWORK;
  const limits = effectiveLimits(request.limits, config.limits);
  return {
    image: request.image ?? config.image ?? task.image.name,
    limits: { ...limits, cpus: Math.min(limits.cpus, rules.hostCpus) },
    setup: request.setup ?? config.setup ?? (facts.hasSetupScript ? [SETUP_SCRIPT] : []),
    verify: request.verify ?? config.verify ?? [],
    network: { setup: network('setup'), agent: network('agent'), verify: network('verify') },
    instructions: joinInstructions(config.agent?.instructions, request.agent.instructions),
  };
};
