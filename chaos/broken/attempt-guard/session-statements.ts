import * as real from '../../../libs/persistence/src/session-statements.ts';
import { replacePart } from '../replace-part.ts';

export * from '../../../libs/persistence/src/session-statements.ts';

const forEnded = replacePart(real.HEARTBEAT, 'AND "endedAt" IS NULL', '');

/** A session whose attempts were taken back is told that it lives and owns them still. */
export const HEARTBEAT = replacePart(forEnded, 'AND a."finishedAt" IS NULL', '');
