import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { resetSocket } from './reset-socket.ts';

describe('resetSocket', () => {
  let server: Server;
  let accepted: Socket;
  let client: Socket;
  let errors: string[];

  beforeEach(async () => {
    errors = [];
    server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const accepting = once(server, 'connection') as Promise<[Socket]>;
    client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? error.message));
    [accepted] = await accepting;
    accepted.on('error', (error) => errors.push(error.message));
  });
  afterEach(() => {
    client.destroy();
    server.close();
  });

  it('lets the other side see a reset', async () => {
    client.write('x');
    await once(accepted, 'data');
    resetSocket(accepted);
    await new Promise((resolve) => client.once('close', resolve));
    expect(errors).toEqual(['ECONNRESET']);
  });

  it('closes a socket whose end is on its way', async () => {
    const closed = once(accepted, 'close');
    accepted.end();
    resetSocket(accepted);
    await closed;
    expect(errors).toEqual([]);
  });
});
