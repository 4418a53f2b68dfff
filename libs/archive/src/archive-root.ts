import { AppError, isDotGit } from '@drydock/domain';
import { shownName } from './entry-name.ts';

/** The one folder at the top, with its slash, or '' when the top itself is meant: GitHub's "Download ZIP" has one. */
const onlyFolder = (names: readonly string[]): string => {
  const first = names[0] ?? '';
  const folder = first.slice(0, first.indexOf('/') + 1);
  if (folder === '' || isDotGit(folder.slice(0, -1))) return '';
  return names.every((name) => name.startsWith(folder)) ? folder : '';
};

/**
 * Prefix that all kept paths lose, '' or ending in `/`.
 * @param root - `source.zip.root`, or null to take the only top-level folder.
 * @throws AppError `archive_root_missing`.
 */
export const archiveRoot = (names: readonly string[], root: string | null): string => {
  if (root === null) return onlyFolder(names);
  const prefix = root.replace(/^(\.\/)+/, '').replace(/\/*$/, '/');
  if (prefix === '/' || prefix === './') return '';
  if (names.some((name) => name.startsWith(prefix))) return prefix;
  throw new AppError(
    'archive_root_missing',
    `The ZIP has no folder ${shownName(root)}. Correct source.zip.root, or leave it out.`,
  );
};
