import type { Socket } from 'node:net';

/**
 * Closes a connection with a reset, or just closes it when its end is on the way already. Node 24 loses the handle of a
 * socket that is reset while its shutdown is pending (`reset EINVAL`): it never closes, and the process never exits but
 * spins in its own clean-up.
 */
export const resetSocket = (socket: Socket): void => {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
};
