const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const MAX_LENGTH = 512;

/**
 * Whether a text is a key: names of letters, digits, `_`, `-` and `.` (not in front), joined by single slashes. No key
 * leads out of the store's root.
 */
export const isArtifactKey = (key: string): boolean =>
  key.length <= MAX_LENGTH && key.split('/').every((segment) => SEGMENT.test(segment));
