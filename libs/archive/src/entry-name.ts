import { AppError } from '@drydock/domain';

/** Bounds of Linux: NAME_MAX and PATH_MAX. */
const MAX_COMPONENT_BYTES = 255;
const MAX_PATH_BYTES = 4096;

const faultOf = (name: string): string | null => {
  if (name === '') return 'is empty';
  if (name.includes('\0')) return 'holds a NUL';
  if (name.includes('\\')) return 'holds a backslash';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'is absolute';
  if (Buffer.byteLength(name) > MAX_PATH_BYTES) return `is longer than ${String(MAX_PATH_BYTES)} bytes`;
  for (const component of name.replace(/\/$/, '').split('/')) {
    if (component === '' || component === '.' || component === '..')
      return 'has a component that is empty, "." or ".."';
    if (Buffer.byteLength(component) > MAX_COMPONENT_BYTES)
      return `has a component longer than ${String(MAX_COMPONENT_BYTES)} bytes`;
  }
  return null;
};

/** A name as an error message may show it. */
export const shownName = (name: string): string =>
  JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name);

/**
 * The name of an entry, unchanged, when it is a relative path that means the same to everybody: names with tabs, newlines,
 * case or Unicode twins pass, since Linux keeps them. A folder ends in `/`.
 * @throws AppError `archive_path`. Cases Z01–Z04, Z11.
 */
export const checkEntryName = (name: string | null): string => {
  if (name === null)
    throw new AppError(
      'archive_path',
      'The ZIP has a name that is marked as UTF-8 but is not. Pack it again.',
    );
  const fault = faultOf(name);
  if (fault !== null)
    throw new AppError(
      'archive_path',
      `The name ${shownName(name)} in the ZIP ${fault}. Rename it and pack again.`,
    );
  return name;
};
