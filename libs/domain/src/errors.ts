import type { FailedOutcome } from './outcome.ts';

/** What a code means to the two places that show it: an HTTP problem has a `status`, a failed task an `outcome`. */
export interface ErrorSpec {
  readonly title: string;
  /** HTTP status when the code is a problem. */
  readonly status?: number;
  /** Outcome of the attempt when the code ends one. */
  readonly outcome?: FailedOutcome;
  /** State of the delivery when the code ends one: `held` waits for a person's decision. */
  readonly delivery?: 'failed' | 'held';
}

const request = (status: number, title: string): ErrorSpec => ({ status, title });
const ends = (outcome: FailedOutcome, title: string): ErrorSpec => ({ outcome, title });
const both = (status: number, outcome: FailedOutcome, title: string): ErrorSpec => ({
  status,
  outcome,
  title,
});

const fails = (title: string): ErrorSpec => ({ delivery: 'failed', title });
const holds = (title: string): ErrorSpec => ({ delivery: 'held', title });

/** The one closed list of error codes, for tasks and HTTP problems alike. */
export const ERRORS = {
  // Requests
  malformed_json: request(400, 'The body is not valid JSON'),
  malformed_multipart: request(400, 'The multipart body cannot be read'),
  malformed_request: request(400, 'The request cannot be read'),
  unauthorized: request(401, 'A valid API key is needed'),
  signature_invalid: request(401, 'The signature does not fit'),
  forbidden: request(403, 'The API key lacks the scope'),
  not_found: request(404, 'No such resource'),
  method_not_allowed: request(405, 'The resource does not know this method'),
  diff_not_available: request(404, 'There is no patch'),
  artifact_not_available: request(404, 'There is no such artifact'),
  diff_not_ready: request(409, 'The task is still live'),
  artifact_not_ready: request(409, 'The task is still live'),
  task_not_final: request(409, 'The task is not final'),
  idempotency_in_flight: request(409, 'A request with this Idempotency-Key is under way'),
  repository_taken: request(409, 'The repository is set up already'),
  webhook_endpoint_limit: request(409, 'The team has as many endpoints as it may have'),
  webhook_endpoint_disabled: {
    status: 409,
    delivery: 'failed',
    title: 'The endpoint of the webhook is disabled',
  },
  idempotency_mismatch: request(422, 'The Idempotency-Key was used with another body'),
  payload_too_large: request(413, 'The body is too large'),
  archive_too_large: both(413, 'checkout_failed', 'The ZIP is too large'),
  unsupported_media_type: request(415, 'The content type is not supported'),
  invalid_request: request(422, 'The request does not fit the schema'),
  source_missing: request(422, 'The task has no source'),
  source_conflict: request(422, 'The task has two sources'),
  source_url_invalid: request(422, 'The git URL is not valid'),
  source_url_scheme: request(422, 'The scheme of the git URL is not allowed'),
  credentials_in_url: request(422, 'The git URL holds credentials'),
  source_ref_invalid: request(422, 'The git ref is not valid'),
  host_not_allowed: both(422, 'checkout_failed', 'The host is not allowed'),
  image_not_allowed: request(422, 'The image is not allowed'),
  model_unavailable: request(422, 'No usable model'),
  model_price_unknown: both(422, 'budget_exceeded', 'The price of the model is unknown'),
  network_mode_not_allowed: request(422, 'The network mode is not allowed'),
  delivery_not_available: request(422, 'The delivery is not available'),
  webhook_url_not_allowed: request(422, 'The address of the webhook is not allowed'),
  rate_limited: request(429, 'Too many requests'),
  queue_full: request(429, 'The queue of the team is full'),
  service_unavailable: request(503, 'A service that is needed does not answer'),
  internal_error: request(500, 'Something went wrong on our side'),
  // Archives: what the central directory shows is a 422, what only inflating shows ends the checkout
  archive_invalid: both(422, 'checkout_failed', 'The file is not a sound ZIP'),
  archive_empty: both(422, 'checkout_failed', 'The ZIP has no entries'),
  archive_path: both(422, 'checkout_failed', 'A path in the ZIP is not allowed'),
  archive_entry_type: both(422, 'checkout_failed', 'An entry of the ZIP is of a type that is not allowed'),
  archive_duplicate: both(422, 'checkout_failed', 'Two entries of the ZIP claim one path'),
  archive_bomb: both(422, 'checkout_failed', 'The ZIP unpacks to too much'),
  archive_too_many_entries: both(422, 'checkout_failed', 'The ZIP has too many entries'),
  archive_root_missing: both(422, 'checkout_failed', 'The ZIP lacks the folder named by source.zip.root'),
  // Checkout
  source_auth_failed: ends('checkout_failed', 'The source refused the credentials'),
  source_not_found: ends('checkout_failed', 'The repository was not found'),
  source_unreachable: ends('checkout_failed', 'The source cannot be reached'),
  source_ref_not_found: ends('checkout_failed', 'The ref does not exist'),
  source_empty: ends('checkout_failed', 'The repository has no commits'),
  source_redirected: ends('checkout_failed', 'The source redirects elsewhere'),
  source_invalid: ends('checkout_failed', 'The repository is not sound'),
  checkout_timeout: ends('checkout_failed', 'The checkout took too long'),
  repo_too_large: ends('checkout_failed', 'The repository is too large'),
  repo_too_many_files: ends('checkout_failed', 'The repository has too many files'),
  config_invalid: ends('checkout_failed', '.drydock.yml is not valid'),
  // Later phases
  image_missing: ends('image_unavailable', 'The image is not on the worker'),
  image_unusable: ends('image_unavailable', 'The image cannot run the task'),
  setup_command_failed: ends('setup_failed', 'A setup command failed'),
  setup_timeout: ends('setup_failed', 'The setup took too long'),
  verify_command_failed: ends('verification_failed', 'A verify command failed'),
  verify_setup_failed: ends('verification_failed', 'The setup before the verification failed'),
  verify_timeout: ends('verification_failed', 'The verification took too long'),
  harness_failed: ends('agent_failed', 'The agent failed'),
  model_failed: ends('agent_failed', 'The model provider refused or failed'),
  step_limit_reached: ends('budget_exceeded', 'The step limit was reached'),
  token_limit_reached: ends('budget_exceeded', 'The token limit was reached'),
  cost_limit_reached: ends('budget_exceeded', 'The cost limit was reached'),
  agent_timeout: ends('timeout', 'The agent ran out of time'),
  agent_loop: ends('agent_stuck', 'The agent repeated itself without progress'),
  memory_limit_reached: ends('out_of_memory', 'The memory limit was reached'),
  disk_limit_reached: ends('disk_exceeded', 'The disk limit was reached'),
  diff_too_large: ends('patch_rejected', 'The patch is too large'),
  patch_not_exact: ends('patch_rejected', 'The patch does not reproduce the tree'),
  tree_uncollectable: ends('patch_rejected', 'The workspace holds what a patch cannot carry'),
  collect_timeout: ends('patch_rejected', 'Collecting the patch took too long'),
  // Ours
  engine_unreachable: ends('infrastructure', 'The container engine does not answer'),
  sandbox_failed: ends('infrastructure', 'The sandbox failed'),
  runner_failed: ends('infrastructure', 'The runner in the sandbox failed'),
  store_failed: both(503, 'infrastructure', 'The store of files does not work or is full'),
  attempts_lost: ends('infrastructure', 'Too many attempts were lost'),
  internal: ends('infrastructure', 'Something went wrong on our side'),
  lease_lost: ends('infrastructure', 'Another attempt owns this task'),
  slept: ends('infrastructure', 'The worker slept past its lease'),
  // Gateway refusals, as the client in the sandbox sees them
  budget_exceeded: request(400, 'The budget of the task does not cover this call'),
  route_not_allowed: request(404, 'The gateway does not know this route'),
  upstream_failed: request(502, 'The model provider failed'),
  // Deliveries: the task stays as it ended, the patch is kept
  forge_not_configured: fails('No credential for this code host'),
  forge_auth_failed: fails('The code host refused the credential'),
  forge_permission_missing: fails('The credential lacks a permission'),
  forge_repository_not_found: fails('The code host does not show the repository'),
  forge_repository_archived: fails('The repository is archived'),
  forge_repository_empty: fails('The repository has no commits'),
  forge_base_not_found: fails('The base branch does not exist'),
  forge_branch_taken: fails('The branch has other commits'),
  forge_branch_moved: fails('The branch moved on'),
  forge_branch_protected: fails('A rule of the repository refuses the branch'),
  forge_pull_request_closed: fails('The pull request was closed or merged'),
  forge_nothing_to_deliver: fails('There is nothing to deliver'),
  forge_refused: fails('The code host refused the request'),
  forge_rate_limited: fails('The code host asks for patience'),
  forge_unreachable: fails('The code host cannot be reached'),
  delivery_not_verified: holds('The patch was not verified'),
  delivery_edits_workflows: holds('The patch changes workflows'),
  delivery_path_not_allowed: holds('The patch changes paths that are not allowed'),
  // Outgoing webhooks: why one did not arrive, or nothing is sent any more
  webhook_host_not_allowed: fails('The receiver is not on the public internet'),
  webhook_unreachable: fails('The receiver cannot be reached'),
  webhook_timeout: fails('The receiver took too long'),
  webhook_redirected: fails('The receiver redirects elsewhere'),
  webhook_rejected: fails('The receiver answered with an error'),
  webhook_gone: fails('The receiver wants nothing more'),
  webhook_endpoint_failing: fails('The receiver failed for a day'),
  // Wiring
  job_handlers_wrong: ends('infrastructure', 'A job without exactly one handler'),
  config_error: ends('infrastructure', 'The configuration is not valid'),
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

/** Whether a text is one of our codes. */
export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

/** What a code means: title, HTTP status, outcome. */
export const errorSpec = (code: ErrorCode): ErrorSpec => ERRORS[code];

/** One fault in the input; `pointer` is an RFC 6901 JSON Pointer into the request body. */
export interface InputIssue {
  readonly pointer: string;
  readonly detail: string;
  readonly code?: ErrorCode;
}

interface AppErrorOptions extends ErrorOptions {
  readonly issues?: readonly InputIssue[];
  readonly retryAfterSeconds?: number;
}

/**
 * The only error that crosses a port. `detail` is shown to clients (what happened, what to do); `cause` only to logs.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly issues: readonly InputIssue[];
  /** When it is worth trying again, where that is known; null: the status's own default. */
  readonly retryAfterSeconds: number | null;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(`${code}: ${detail}`, options);
    this.name = 'AppError';
    this.code = code;
    this.detail = detail;
    this.issues = options.issues ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }

  /** 500 for codes that never belong to a request. */
  get status(): number {
    return errorSpec(this.code).status ?? 500;
  }

  /** `infrastructure` for codes that never end a task by themselves: unknown is never the client's fault. */
  get outcome(): FailedOutcome {
    return errorSpec(this.code).outcome ?? 'infrastructure';
  }
}

/** Any thrown thing as an AppError; what is not one of ours becomes `internal` with the cause kept for logs. */
export const toAppError = (thrown: unknown): AppError =>
  thrown instanceof AppError
    ? thrown
    : new AppError('internal', 'An unexpected fault on our side; the logs have the details.', {
        cause: thrown,
      });
