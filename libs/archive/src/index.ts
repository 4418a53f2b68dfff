export type { ArchiveLimits } from './archive-entry.ts';
export { ARCHIVE_LIMITS } from './archive-limits.ts';
export { YauzlArchives } from './yauzl-archives.ts';
