/** For programs with a file system: all there is elsewhere, and a client that takes paths too. */
import { Drydock as AnywhereDrydock, type DrydockOptions } from '../drydock.ts';
import { withPath } from './with-path.ts';

/** A client whose `tasks.create` takes `path`: a ZIP file, or a folder of which it makes one. */
export class Drydock extends AnywhereDrydock {
  constructor(options: DrydockOptions) {
    super(options, withPath);
  }
}

export type * from '../api-types.ts';
export { ApiError, ConnectionError, DrydockError, isApiError } from '../errors.ts';
export type { FollowOptions } from '../events/follow-events.ts';
export type { CallOptions } from '../http/http.ts';
export { type Page, Pages } from '../http/pages.ts';
export type { RetryOptions } from '../http/retry-policy.ts';
export type { Archive, OpenArchive } from '../resources/archive.ts';
export type { AttemptOptions } from '../resources/artifacts.ts';
export { isFinal } from '../resources/tasks.ts';
export type { CreateOptions, RetryTaskOptions, WaitOptions } from '../resources/tasks.ts';
export { type ReceivedWebhook, verifyWebhook, WebhookVerificationError } from '../webhooks/verify-webhook.ts';
export type { DrydockOptions };
export { withZip } from './with-path.ts';
export type { WrittenZip, ZipContents } from './write-zip.ts';
