import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@drydock/domain';
import type { ArchiveExtractor, ArchiveInspector, ArchiveSummary } from '@drydock/engine';
import type { ArchiveLimits } from './archive-entry.ts';
import { ARCHIVE_LIMITS } from './archive-limits.ts';
import { withArchive } from './open-archive.ts';
import { planExtraction } from './plan-extraction.ts';
import { linkTargets, unpack } from './unpack.ts';

/** Links looked into at submit; the extraction looks into all. Bounds the work of a request. */
const LINKS_INSPECTED = 1000;

type ExtractRequest = Parameters<ArchiveExtractor['extract']>[0];
type Extracted = Awaited<ReturnType<ArchiveExtractor['extract']>>;

const counted = (limit: number) =>
  async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const piece of source) {
      bytes += piece.length;
      if (bytes > limit)
        throw new AppError(
          'archive_too_large',
          'The ZIP is too large. Leave out what the task does not need.',
        );
      yield piece;
    }
  };

const emptyOut = async (directory: string): Promise<void> => {
  for (const name of await readdir(directory))
    await rm(join(directory, name), { recursive: true, force: true });
};

/** ZIP files on disk by yauzl, which checks paths and sizes but not checksums, links, twins or overlap: those are ours. */
export class YauzlArchives implements ArchiveInspector, ArchiveExtractor {
  readonly #limits: ArchiveLimits;

  constructor(limits: Partial<ArchiveLimits> = {}) {
    this.#limits = { ...ARCHIVE_LIMITS, ...limits };
  }

  inspect(path: string, root: string | null): Promise<ArchiveSummary> {
    return withArchive(path, this.#limits, async (archive) => {
      const plan = planExtraction(archive.entries, root, this.#limits);
      await linkTargets(archive, plan, LINKS_INSPECTED);
      return { entries: archive.entries.length, unpackedBytes: plan.unpackedBytes };
    });
  }

  async extract({ archive, directory, root }: ExtractRequest, signal: AbortSignal): Promise<Extracted> {
    const spool = await mkdtemp(join(dirname(directory), '.unzip-'));
    try {
      const path = join(spool, 'input.zip');
      await pipeline(
        archive,
        counted(this.#limits.maxArchiveBytes),
        createWriteStream(path, { flags: 'wx' }),
        { signal },
      );
      return await this.#extractFile(path, { directory, root }, signal);
    } catch (error) {
      await emptyOut(directory);
      throw signal.aborted ? signal.reason : error;
    } finally {
      await rm(spool, { recursive: true, force: true });
    }
  }

  #extractFile(
    path: string,
    { directory, root }: { directory: string; root: string | null },
    signal: AbortSignal,
  ): Promise<Extracted> {
    return withArchive(path, this.#limits, async (archive) => {
      const plan = planExtraction(archive.entries, root, this.#limits);
      await unpack({ archive, plan }, directory, signal);
      const notices = plan.hasDotGit
        ? [
            {
              code: 'git_dir_skipped',
              message: 'The .git in the ZIP was left out: the workspace has a fresh one.',
            },
          ]
        : [];
      return { notices };
    });
  }
}
