/**
 * Whether one path component is git's own directory to any file system: `.git` in any case, with what NTFS ignores at the
 * end (dots, spaces, a stream name), or its short name `git~1`. Such an entry would be obeyed as configuration.
 */
export const isDotGit = (component: string): boolean => /^(\.git|git~1)[ .]*(:.*)?$/is.test(component);
