import type { TaskId } from '@drydock/domain';

/** `Secret.purpose` of the token that came with the request. */
export const SOURCE_TOKEN = 'source_token';

/** What the sealer authenticates along with the token: it opens for this task only. */
export const sourceTokenPurpose = (taskId: TaskId): string => `${SOURCE_TOKEN}:${taskId}`;
