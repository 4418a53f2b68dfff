import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Leftover } from '../evidence.ts';

/** Where a mount point stands in a line of mountinfo, and how it spells what it cannot say plainly. */
const MOUNT_POINT = 4;
const unescaped = (field: string): string =>
  field.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Made by ext4, when the workspaces have a disk of their own. */
const NOT_A_WORKSPACE = 'lost+found';

const entriesOf = async (directory: string): Promise<Dirent[]> =>
  readdir(directory, { withFileTypes: true }).catch(() => []); // never made, or gone since it was listed

const filesBelow = async (directory: string): Promise<Dirent[]> => {
  const entries = await entriesOf(directory);
  const below = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => filesBelow(join(directory, name)));
  return [...entries, ...(await Promise.all(below)).flat()];
};

/** Mount points below a directory, by the text of /proc/self/mountinfo; the disk of all workspaces is not one of them. */
export const mountsLeft = (mountinfo: string, dataDirectory: string): Leftover[] =>
  mountinfo
    .split('\n')
    .map((line) => unescaped(line.split(' ')[MOUNT_POINT] ?? ''))
    .filter((point) => point.startsWith(`${dataDirectory}/`) && point !== join(dataDirectory, 'workspaces'))
    .map((name) => ({ kind: 'mount', name }));

/** Workspaces, sockets, uploads, half-made mirrors and their locks below a data directory, and what is mounted there. */
export const filesLeft = async (dataDirectory: string): Promise<Leftover[]> => {
  const at = (directory: string) => join(dataDirectory, directory);
  const nameOf = ({ parentPath, name }: Dirent): string => relative(dataDirectory, join(parentPath, name));
  const [workspaces, uploads, mirrors, all, mountinfo] = await Promise.all([
    entriesOf(at('workspaces')),
    entriesOf(at('spool')),
    filesBelow(at('mirrors')),
    filesBelow(dataDirectory),
    readFile('/proc/self/mountinfo', 'utf8'),
  ]);
  const isHalfMade = ({ name }: Dirent): boolean => name.startsWith('tmp-') || name.endsWith('.lock');
  return [
    ...mountsLeft(mountinfo, dataDirectory),
    ...workspaces
      .filter(({ name }) => name !== NOT_A_WORKSPACE)
      .map((entry) => ({ kind: 'workspace' as const, name: nameOf(entry) })),
    ...all
      .filter((entry) => entry.isSocket())
      .map((entry) => ({ kind: 'socket' as const, name: nameOf(entry) })),
    ...uploads.map((entry) => ({ kind: 'upload' as const, name: nameOf(entry) })),
    ...mirrors.filter(isHalfMade).map((entry) => ({ kind: 'mirror' as const, name: nameOf(entry) })),
  ];
};
