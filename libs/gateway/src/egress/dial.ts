import { connect, type Socket } from 'node:net';

const dialOne = (host: string, port: number, timeoutMs: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('connect timeout')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.setTimeout(0);
      resolve(socket);
    });
  });

/** Connects to the first address that answers. Only addresses are taken: nothing is resolved here. */
export const dial = async (
  addresses: readonly string[],
  port: number,
  timeoutMs: number,
): Promise<Socket> => {
  let last: unknown = new Error('no address');
  for (const address of addresses) {
    try {
      return await dialOne(address, port, timeoutMs);
    } catch (error) {
      last = error;
    }
  }
  throw last;
};
