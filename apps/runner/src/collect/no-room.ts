import type { GitFailed } from './git.ts';

const NO_ROOM = /No space left on device|Disk quota exceeded|nable to write/;

/** Whether git failed by a full disk: that is no word about the workspace or its patch, and the next attempt may find room. */
export const isWantOfRoom = (error: GitFailed): boolean => NO_ROOM.test(error.message);
