import { OPERATOR_LIMITS } from '@drydock/domain';
import type { ArchiveLimits } from './archive-entry.ts';

/** Deflate cannot pack better than 1:1032, source code packs about 1:5. */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  maxArchiveBytes: OPERATOR_LIMITS.maxUnpackedBytes,
  maxEntries: OPERATOR_LIMITS.maxZipEntries,
  maxUnpackedBytes: OPERATOR_LIMITS.maxUnpackedBytes,
  maxFileBytes: 2 * 1024 ** 3,
  maxRatio: 200,
  ratioFreeBytes: 10 * 1000 ** 2,
};
