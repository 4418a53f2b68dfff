import type { TaskRequest } from '@drydock/contracts';
import {
  AppError,
  globMatches,
  parseWebhookUrl,
  priceOf,
  toAppError,
  type AllowedPrivateHosts,
  type ErrorCode,
  type ModelPrices,
  type TeamId,
} from '@drydock/domain';
import { repositoryAccess, type AccessStore } from '../delivery/repository-access.ts';
import type { ForgeRepository } from '../ports/forge.ts';

/**
 * Whether a pull request can be made in the repository of a git URL: no code host that is configured knows the URL, or there
 * is no credential for it and the task brings none. A repository: with the credential of the installation, which the team
 * must be allowed to use there.
 */
export type CanDeliver = (
  gitUrl: string,
  hasOwnToken: boolean,
) => 'yes' | 'unknown_host' | 'no_credential' | ForgeRepository;

/** Who asks, and where it says what they may use. */
export interface TeamAccess {
  readonly teamId: TeamId;
  readonly repositories: AccessStore;
}

/** What this installation allows and offers to tasks. */
export interface TaskRules {
  readonly allowPrivateHosts: AllowedPrivateHosts;
  readonly allowedImages: readonly string[];
  readonly allowFullNetwork: boolean;
  readonly defaultModel: string | null;
  /** The gateway has an upstream that speaks chat completions. */
  readonly hasModelUpstream: boolean;
  readonly prices: ModelPrices;
  readonly canDeliver: CanDeliver;
}

/** Used when neither the request nor `.drydock.yml` names one. */
export const DEFAULT_IMAGE = 'drydock/toolbox:1';

const NETWORK_PHASES = ['setup', 'agent', 'verify'] as const;

const refusal = (code: ErrorCode, pointer: string, detail: string): AppError =>
  new AppError(code, detail, { issues: [{ pointer, detail, code }] });

type Check = (request: TaskRequest, rules: TaskRules) => AppError | null;

const NOT_DELIVERABLE = {
  unknown_host:
    'Pull requests are made at the code host of this installation, and the git URL is none of it. Leave deliver.pullRequest ' +
    'out and fetch the patch from /v1/tasks/{id}/diff, or have an operator set GITHUB_API_URL.',
  no_credential:
    'There is no credential to open a pull request with. Send source.git.token, or have an operator configure GITHUB_TOKEN ' +
    'or a GitHub App.',
} as const;

const notForTeam = ({ owner, name }: ForgeRepository): string =>
  `The credential of this installation is not for ${owner}/${name} and your team. Send source.git.token, or have an ` +
  'administrator set the repository up for your team by POST /v1/repositories.';

/** Why there can be no pull request for this source, in words that say what to do; null: there can be one. */
export const whyNotDeliverable = async (
  source: { readonly gitUrl: string | undefined; readonly hasOwnToken: boolean },
  canDeliver: CanDeliver,
  { teamId, repositories }: TeamAccess,
): Promise<string | null> => {
  if (source.gitUrl === undefined)
    return 'A ZIP has no repository to open a pull request in. Send source.git, or leave deliver.pullRequest out.';
  const verdict = canDeliver(source.gitUrl, source.hasOwnToken);
  if (verdict === 'yes') return null;
  if (typeof verdict === 'string') return NOT_DELIVERABLE[verdict];
  const { mayUseOurToken } = await repositoryAccess(repositories, teamId, verdict);
  return mayUseOurToken ? null : notForTeam(verdict);
};

const checkDelivery = async (
  request: TaskRequest,
  { canDeliver }: TaskRules,
  access: TeamAccess,
): Promise<AppError | null> => {
  if (request.deliver?.pullRequest === undefined) return null;
  const git = request.source?.git;
  const source = { gitUrl: git?.url, hasOwnToken: git?.token !== undefined };
  const why = await whyNotDeliverable(source, canDeliver, access);
  return why === null ? null : refusal('delivery_not_available', '/deliver/pullRequest', why);
};

const checkImage: Check = (request, rules) => {
  const image = request.image ?? DEFAULT_IMAGE;
  return rules.allowedImages.some((glob) => globMatches(glob, image))
    ? null
    : refusal(
        'image_not_allowed',
        '/image',
        `${image} is not among the images that the operator allows: ${rules.allowedImages.join(', ')}.`,
      );
};

/** The model that the agent will use; null: none is known here. */
export const modelOf = (request: TaskRequest, rules: TaskRules): string | null =>
  request.agent.model ?? rules.defaultModel;

const checkModel: Check = (request, rules) => {
  if (request.agent.harness !== 'builtin' || (rules.hasModelUpstream && modelOf(request, rules) !== null))
    return null;
  const detail = rules.hasModelUpstream
    ? 'Name a model: this installation has no default.'
    : 'No model provider is configured. An operator sets OPENAI_BASE_URL or OPENAI_API_KEY, and DRYDOCK_DEFAULT_MODEL.';
  return refusal('model_unavailable', '/agent/model', detail);
};

const checkPrice: Check = (request, rules) => {
  const model = modelOf(request, rules);
  if (request.limits.maxCostUsd === undefined || model === null || priceOf(rules.prices, model) !== null)
    return null;
  return refusal(
    'model_price_unknown',
    '/limits/maxCostUsd',
    `The price of ${model} is unknown, so a cost limit cannot be kept. Leave it out, or add a price (DRYDOCK_MODEL_PRICES).`,
  );
};

const checkNetwork: Check = (request, rules) => {
  const phase = NETWORK_PHASES.find((name) => request.network?.[name]?.mode === 'full');
  if (phase === undefined || rules.allowFullNetwork) return null;
  return refusal(
    'network_mode_not_allowed',
    `/network/${phase}/mode`,
    'Network mode full is not allowed on this installation. Name the hosts in an allowlist.',
  );
};

const checkCallback: Check = ({ callbackUrl }, { allowPrivateHosts }) => {
  if (callbackUrl === undefined) return null;
  try {
    parseWebhookUrl(callbackUrl, '/callbackUrl', allowPrivateHosts);
    return null;
  } catch (error) {
    return toAppError(error);
  }
};

const CHECKS: readonly Check[] = [checkImage, checkModel, checkPrice, checkNetwork, checkCallback];

/**
 * What only this installation can judge about a request that fits the schema.
 * @throws AppError with the code of the first refusal and the issues of all.
 */
export const checkTaskRules = async (
  request: TaskRequest,
  rules: TaskRules,
  access: TeamAccess,
): Promise<void> => {
  const delivery = await checkDelivery(request, rules, access);
  const checked = [delivery, ...CHECKS.map((check) => check(request, rules))];
  const refusals = checked.filter((found) => found !== null);
  const [first] = refusals;
  if (first)
    throw new AppError(first.code, first.detail, { issues: refusals.flatMap((refused) => refused.issues) });
};
