import {
  AppError,
  crashPoint,
  DELIVERY_FAILURES,
  DELIVERY_LOSSES,
  deliveryAfterTask,
  deliveryDelayMs,
  errorSpec,
  Redactor,
  toAppError,
} from '@drydock/domain';
import type { ClaimedDelivery, DeliveryEnd, DeliveryFound, Postponement } from '../ports/delivery-store.ts';
import type { ForgePurpose, ForgeRepository, TokenWish } from '../ports/forge.ts';
import type { DeliveryPorts, DeliverySettings } from './delivery-context.ts';
import { circuitOf, type OwnerCircuits } from './owner-circuits.ts';
import { maskingFaults } from './masked-fault.ts';
import { isHostFault, isPassing } from './passing-faults.ts';
import { repositoryAccess } from './repository-access.ts';
import { walkDelivery } from './walk-delivery.ts';

/** A fetch, a push and some eight requests. */
const TRY_MS = 300_000;

export interface DeliveryTools {
  readonly ports: DeliveryPorts;
  readonly settings: DeliverySettings;
  readonly circuits: OwnerCircuits;
}

/** How one try came out; the caller writes it down. */
export type TryResult =
  | { readonly do: 'finish'; readonly end: DeliveryEnd }
  | { readonly do: 'postpone'; readonly why: Postponement };

export interface TryOptions {
  /** Fires when the worker must let go of the delivery. */
  readonly signal: AbortSignal;
  readonly noteFound: (found: DeliveryFound) => Promise<void>;
}

const failed = (code: AppError['code'], message: string): TryResult => ({
  do: 'finish',
  end: { state: errorSpec(code).delivery ?? 'failed', error: { code, message } },
});

const afterError = (claim: ClaimedDelivery, error: AppError, message: string): TryResult => {
  const failures = claim.failures + 1;
  if (!isPassing(error)) return failed(error.code, message);
  if (failures >= DELIVERY_FAILURES)
    return failed(error.code, `${message} It was tried ${String(failures)} times; retry the delivery later.`);
  const delayMs = deliveryDelayMs(failures, error.retryAfterSeconds);
  return { do: 'postpone', why: { delayMs, error: { code: error.code, message }, isFailure: true } };
};

const paused = ({ owner }: ForgeRepository, pause: { delayMs: number; reason: AppError }): TryResult => {
  const seconds = Math.ceil(pause.delayMs / 1000);
  const message = `Deliveries to ${owner} wait for ${String(seconds)} s: ${pause.reason.detail}`;
  return {
    do: 'postpone',
    why: { delayMs: pause.delayMs, error: { code: pause.reason.code, message }, isFailure: false },
  };
};

const repositoryOf = ({ ports }: DeliveryTools, { task }: ClaimedDelivery): ForgeRepository => {
  const url = task.request.source?.git?.url;
  if (url === undefined)
    throw new AppError(
      'forge_nothing_to_deliver',
      'The source is a ZIP: there is no repository to deliver to.',
    );
  const repository = ports.forge.repositoryOf(url);
  if (repository === null)
    throw new AppError(
      'forge_not_configured',
      'The git URL is of no code host that this installation knows. Have an operator set GITHUB_API_URL.',
    );
  return repository;
};

const tokenFor = async (
  { ports }: DeliveryTools,
  repository: ForgeRepository,
  { own, signal, mayUseOurs, purpose }: TokenWish & { mayUseOurs: boolean; purpose: ForgePurpose },
): Promise<string> => {
  const name = `${repository.owner}/${repository.name}`;
  if (own === null && !mayUseOurs)
    throw new AppError(
      'forge_not_configured',
      `The credential of this installation is not for ${name} and your team. Have an administrator set the repository up ` +
        'by POST /v1/repositories, or retry the delivery with source.git.token.',
    );
  const token = await ports.forge.token(repository, purpose, { own, signal });
  if (token === null)
    throw new AppError(
      'forge_not_configured',
      `There is no credential for ${name}. Retry the delivery with source.git.token, or have an operator configure ` +
        'GITHUB_TOKEN or a GitHub App.',
    );
  crashPoint('delivery.token');
  return token;
};

/** Lets the circuit know how the code host behaves. */
const minding = async <T>(
  { circuits }: DeliveryTools,
  circuit: string,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    const done = await work();
    circuits.answered(circuit);
    return done;
  } catch (thrown) {
    if (thrown instanceof AppError && isHostFault(thrown)) circuits.failed(circuit, thrown);
    else if (thrown instanceof AppError) circuits.answered(circuit);
    throw thrown;
  }
};

const settledAlready = ({ task, order, failures }: ClaimedDelivery): TryResult | null => {
  const exitCodes = task.verify.map(({ exitCode }) => exitCode);
  const decision = deliveryAfterTask({ outcome: task.outcome, exitCodes, when: order.when });
  if (decision.do === 'settle')
    return { do: 'finish', end: { state: decision.state, error: decision.error } };
  return failures < DELIVERY_LOSSES
    ? null
    : failed('internal', 'Workers ended again and again while they delivered this. Look at their logs.');
};

/** @throws what stopped the try, when the worker had to let go of it; nothing is to be written then. */
export const tryDelivery = async (
  tools: DeliveryTools,
  claim: ClaimedDelivery,
  { signal, noteFound }: TryOptions,
): Promise<TryResult> => {
  const settled = settledAlready(claim);
  if (settled !== null) return settled;
  const { ports, settings } = tools;
  const deadline = AbortSignal.timeout(TRY_MS);
  const redactor = new Redactor([...settings.secrets, ...(claim.sourceToken ? [claim.sourceToken] : [])]);
  try {
    const repository = repositoryOf(tools, claim);
    const circuit = circuitOf(repository.owner, claim.sourceToken);
    const pause = tools.circuits.pauseOf(circuit);
    if (pause !== null) return paused(repository, pause);
    const access = await repositoryAccess(ports.repositories, claim.task.teamId, repository);
    const mayEditWorkflows = claim.mayEditWorkflows || access.mayEditWorkflows;
    const pathRules = { mayEditWorkflows, allowedPaths: access.allowedPaths };
    const both = AbortSignal.any([signal, deadline]);
    const deliver = async (): Promise<DeliveryEnd> => {
      const token = await tokenFor(tools, repository, {
        own: claim.sourceToken,
        signal: both,
        mayUseOurs: access.mayUseOurToken,
        purpose: mayEditWorkflows ? 'deliver_workflows' : 'deliver',
      });
      redactor.learn([token]);
      const context = { ports, settings, claim, repository, token, pathRules, redactor, noteFound };
      return walkDelivery({ ...context, signal: both });
    };
    const end = await minding(tools, circuit, () => maskingFaults(redactor, deliver));
    return { do: 'finish', end };
  } catch (thrown) {
    if (signal.aborted || (thrown instanceof AppError && thrown.code === 'lease_lost')) throw thrown;
    const error = deadline.aborted ? tookTooLong(thrown) : toAppError(thrown);
    ports.telemetry.log.warn({ taskId: claim.task.id, code: error.code, error: thrown }, 'a delivery failed');
    return afterError(claim, error, redactor.mask(error.detail));
  }
};

const tookTooLong = (cause: unknown): AppError =>
  new AppError(
    'forge_unreachable',
    `The delivery took more than ${String(TRY_MS / 1000)} s. Is the code host slow?`,
    { cause },
  );
