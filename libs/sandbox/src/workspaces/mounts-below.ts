import { AppError } from '@drydock/domain';
import { readFile } from 'node:fs/promises';
import { hostCommand } from './host-command.ts';

const MOUNT_TIMEOUT_MS = 30_000;
/** Field of /proc/self/mountinfo that holds the mount point. */
const MOUNT_POINT = 4;

/** mountinfo writes space, tab, newline and backslash as three octal digits. */
const unescape = (field: string): string =>
  field.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Mount points at or below a directory, the last mounted first. Pure; `mountinfo` as in /proc/self/mountinfo. */
export const mountPointsBelow = (mountinfo: string, directory: string): string[] =>
  mountinfo
    .split('\n')
    .map((line) => unescape(line.split(' ')[MOUNT_POINT] ?? ''))
    .filter((point) => point === directory || point.startsWith(`${directory}/`))
    .reverse();

/** Runs `mount`, `umount` or a maker of file systems. */
export const mountTool = async (program: string, argv: readonly string[]): Promise<void> => {
  const end = await hostCommand(program, argv, MOUNT_TIMEOUT_MS);
  if (end.exitCode !== 0)
    throw new AppError('sandbox_failed', `${program} failed for a workspace: ${end.stderr.slice(0, 500)}`);
};

const pointsBelow = async (directory: string): Promise<string[]> =>
  mountPointsBelow(await readFile('/proc/self/mountinfo', 'utf8'), directory);

/**
 * Undoes every mount at or below a directory; idempotent. One that is in use is taken out of sight, and goes when its last
 * user does.
 */
export const unmountBelow = async (directory: string): Promise<void> => {
  for (const point of await pointsBelow(directory))
    await hostCommand('umount', ['--', point], MOUNT_TIMEOUT_MS);
  // Another worker's reaper may have been faster: only what is still there is news.
  for (const point of await pointsBelow(directory)) await mountTool('umount', ['--lazy', '--', point]);
};
