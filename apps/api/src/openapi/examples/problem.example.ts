import type { ErrorCode, InputIssue } from '@drydock/domain';

interface ProblemExample {
  readonly detail: string;
  readonly errors?: readonly InputIssue[];
}

const said = (detail: string): ProblemExample => ({ detail });
/** A fault of one field, which is told in both places. */
const at = (pointer: string, detail: string, code?: ErrorCode): ProblemExample => ({
  detail,
  errors: [{ pointer, detail, ...(code !== undefined && { code }) }],
});

const SEE_ERRORS = 'See errors: each has the JSON Pointer of the field and what is wrong with it.';
const NOT_READY = said('It is there when the attempt has ended; follow /events.');

/** What the api says with each code that a request may be answered with, as it once said it. */
export const PROBLEM_EXAMPLES: Readonly<Partial<Record<ErrorCode, ProblemExample>>> = {
  malformed_json: said('The body is not JSON that can be parsed.'),
  malformed_multipart: said('The multipart body cannot be read to its end.'),
  malformed_request: said('The request line, a header or the body cannot be read.'),
  unauthorized: said('This API key expired on 2027-02-19. Ask an operator for another one.'),
  signature_invalid: said(
    'X-Hub-Signature-256 is missing or does not fit the body. The secret of the webhook must be GITHUB_WEBHOOK_SECRET.',
  ),
  forbidden: said('The API key needs the scope tasks:write.'),
  not_found: said('There is no such task.'),
  diff_not_available: said("The attempt left no diff.patch; see the task's outcome."),
  artifact_not_available: said("The attempt left no verify.log; see the task's outcome."),
  diff_not_ready: NOT_READY,
  artifact_not_ready: NOT_READY,
  task_not_final: said('Wait until the task has ended, or cancel it, and retry then.'),
  idempotency_in_flight: said(
    'Another request with this Idempotency-Key is under way. Try again in a moment.',
  ),
  idempotency_mismatch: said(
    'This Idempotency-Key was used with another body within 24 hours. Use a new key.',
  ),
  repository_taken: said('acme/shop is set up already. Change or delete that one first.'),
  webhook_endpoint_limit: said(
    'A team has at most 20 webhook endpoints. Delete one that is not needed any more.',
  ),
  webhook_endpoint_disabled: said('Nothing is sent to an endpoint that is disabled. Enable it first.'),
  payload_too_large: said('The body is larger than this route takes.'),
  unsupported_media_type: said('Send application/json or, with a ZIP, multipart/form-data.'),
  invalid_request: {
    detail: SEE_ERRORS,
    errors: [
      { pointer: '/limits/timeoutSeconds', detail: 'must be at most 86400' },
      { pointer: '/verfy', detail: 'is not a known field' },
    ],
  },
  source_missing: at(
    '/source',
    'Send source.git.url, or a ZIP as the multipart part "archive".',
    'source_missing',
  ),
  source_conflict: at('/source', 'Send either source.git or a ZIP archive, not both.', 'source_conflict'),
  source_url_invalid: at('/source/git/url', 'The git URL cannot be parsed.', 'source_url_invalid'),
  source_url_scheme: at('/source/git/url', 'http:// is not allowed. Use https://.', 'source_url_scheme'),
  credentials_in_url: at(
    '/source/git/url',
    'Leave the credentials out of the URL and send them as source.git.token.',
    'credentials_in_url',
  ),
  source_ref_invalid: {
    detail: SEE_ERRORS,
    errors: [
      {
        pointer: '/source/git/ref',
        detail: 'must be a branch, tag or full commit id',
        code: 'source_ref_invalid',
      },
    ],
  },
  host_not_allowed: at('/source/git/url', 'A git URL names a host, not an IP address.', 'host_not_allowed'),
  image_not_allowed: at(
    '/image',
    'node:24 is not among the images that the operator allows: drydock/*.',
    'image_not_allowed',
  ),
  model_unavailable: at(
    '/agent/model',
    'Name a model: this installation has no default.',
    'model_unavailable',
  ),
  model_price_unknown: at(
    '/limits/maxCostUsd',
    'The price of our-own-model is unknown, so a cost limit cannot be kept. Leave it out, or add a price (DRYDOCK_MODEL_PRICES).',
    'model_price_unknown',
  ),
  network_mode_not_allowed: at(
    '/network/agent/mode',
    'Network mode full is not allowed on this installation. Name the hosts in an allowlist.',
    'network_mode_not_allowed',
  ),
  delivery_not_available: at(
    '/deliver/pullRequest',
    'There is no credential to open a pull request with. Send source.git.token, or have an operator configure GITHUB_TOKEN or a GitHub App.',
    'delivery_not_available',
  ),
  webhook_url_not_allowed: at('/url', 'http:// is not allowed. Use https://.', 'webhook_url_not_allowed'),
  rate_limited: said('This API key may make 500 requests per second. Try again in 1 s.'),
  queue_full: said('The team has as many queued tasks as it may have. Try again in 12 s.'),
  service_unavailable: said('The api is shutting down or a service does not answer. Try again soon.'),
  internal_error: said('Something went wrong on our side. The log has it under the request id.'),
  store_failed: said(
    'The disk for files is full or does not work. Try again later; the operator finds the reason in the log.',
  ),
  archive_too_large: said('The ZIP may have at most 512 MiB.'),
  archive_invalid: said('src/cart.ts in the ZIP is encrypted. Pack without a password.'),
  archive_empty: said('The ZIP has nothing to work on. Was it packed from the right folder?'),
  archive_path: said('A path in the ZIP is too long. Shorten it and pack again.'),
  archive_entry_type: said(
    'run/api.sock in the ZIP is neither a file, a folder nor a symbolic link. Leave it out.',
  ),
  archive_duplicate: said('The ZIP has src/cart.ts more than once. Keep one of them.'),
  archive_bomb: said('The ZIP unpacks to more than 4096 MiB. Leave out what the task does not need.'),
  archive_too_many_entries: said(
    'The ZIP has more than 200000 entries. Leave out what the task does not need.',
  ),
  archive_root_missing: said('The ZIP has no folder shop-main. Correct source.zip.root, or leave it out.'),
};
