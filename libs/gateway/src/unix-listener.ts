import { once } from 'node:events';
import { constants } from 'node:fs';
import { chmod, open, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';

/**
 * Listens on a unix socket of any path length. The kernel takes 107 bytes at most, and the data directory is the
 * operator's: so the socket is bound through the directory's file descriptor, which makes a short path of it.
 * @returns closes the listener and every connection of it, and removes the socket; idempotent.
 */
export const listenInDirectory = async (
  server: Server,
  directory: string,
  name: string,
): Promise<() => Promise<void>> => {
  const path = join(directory, name);
  await rm(path, { force: true });
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    server.listen(`/proc/self/fd/${String(handle.fd)}/${name}`);
    await once(server, 'listening');
    // An accept that fails, for too many open files, costs that client its connection and not the worker its life.
    server.on('error', () => undefined);
    // Any user of the sandbox may connect; the directory above it is closed to everybody else on the host.
    await chmod(path, 0o666);
  } catch (error) {
    server.close();
    await handle.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    await handle.close();
    await rm(path, { force: true });
  };
  let closed: Promise<void> | null = null;
  return () => (closed ??= close());
};
