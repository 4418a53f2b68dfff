import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { eventually } from './eventually.ts';
import { TcpRelay } from './tcp-relay.ts';

describe('TcpRelay', () => {
  let echo: Server;
  let relay: TcpRelay;
  let client: Socket;
  let received = '';

  const open = () => {
    received = '';
    client = connect(relay.port, '127.0.0.1').on('error', () => undefined);
    client.on('data', (chunk) => (received += chunk.toString()));
  };

  beforeEach(async () => {
    echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    await once(echo.listen(0, '127.0.0.1'), 'listening');
    relay = await TcpRelay.to({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
    open();
  });
  afterEach(async () => {
    client.destroy();
    await relay.close();
    echo.close();
  });

  const echoed = (text: string) => eventually(() => received === text, { lastSeen: () => received });

  it('passes bytes in both directions', async () => {
    client.write('hello');
    await expect(echoed('hello')).resolves.toBe(true);
  });

  it('lets nothing through while paused, and everything afterwards', async () => {
    client.write('a');
    await echoed('a');
    relay.pause();
    client.write('b');
    await expect(eventually(() => received !== 'a', { timeoutMs: 100 })).rejects.toThrow();
    relay.resume();
    await echoed('ab');
  });

  it('resets open and new connections while cut', async () => {
    client.write('a');
    await echoed('a');
    relay.cut();
    await eventually(() => client.closed);
    open();
    await eventually(() => client.closed);
    relay.restore();
    open();
    client.write('again');
    await echoed('again');
  });

  it('keeps the order of chunks when the delay ends', async () => {
    relay.delay(50);
    client.write('a');
    await eventually(() => client.bytesWritten === 1);
    relay.delay(0);
    client.write('b');
    await echoed('ab');
  });

  it('keeps an answer back although the service was asked and has answered', async () => {
    const asked: string[] = [];
    echo.on('connection', (socket) => socket.on('data', (chunk: Buffer) => asked.push(chunk.toString())));
    relay.delayAnswers(60_000);
    open();
    client.write('a');
    await eventually(() => asked.join('') === 'a');
    expect(received).toBe('');
    relay.cut();
    await eventually(() => client.closed);
    expect(received).toBe('');
  });

  it('names itself in the place of the service', () => {
    expect(relay.through('redis://:pw@db.example:6379/2')).toBe(
      `redis://:pw@127.0.0.1:${String(relay.port)}/2`,
    );
  });
});
