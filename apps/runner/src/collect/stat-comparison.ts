import type { BigIntStats } from 'node:fs';
import type { IndexStat } from './read-index.ts';

const BILLION = 1_000_000_000n;
const low32 = (value: bigint): number => Number(BigInt.asUintN(32, value));

/**
 * Whether a file is the one that the host wrote. Nobody in the sandbox can set ctime, so a file that was changed and given
 * its old size and mtime again is seen too; git itself compares seconds only.
 */
export const isUntouched = (now: BigIntStats, noted: IndexStat | undefined): boolean =>
  noted !== undefined &&
  low32(now.ctimeNs % BILLION) === noted.ctimeNanoseconds &&
  low32(now.ctimeNs / BILLION) === noted.ctimeSeconds &&
  low32(now.mtimeNs % BILLION) === noted.mtimeNanoseconds &&
  low32(now.mtimeNs / BILLION) === noted.mtimeSeconds &&
  low32(now.ino) === noted.ino &&
  low32(now.size) === noted.size &&
  low32(now.uid) === noted.uid &&
  low32(now.gid) === noted.gid;
