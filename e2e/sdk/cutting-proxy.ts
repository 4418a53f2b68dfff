import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  /** Connections that were cut so far. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** A proxy that resets every connection after as many bytes of the answer as `budget` says for it. */
export const startCuttingProxy = async (target: string, budget: () => number): Promise<CuttingProxy> => {
  const { hostname, port } = new URL(target);
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    let left = budget();
    open.add(client);
    const upstream = connect({ host: hostname, port: Number(port) });
    const end = (): void => {
      open.delete(client);
      client.destroy();
      upstream.destroy();
    };
    client.on('error', end).on('close', end).pipe(upstream);
    upstream.on('error', end).on('close', end);
    upstream.on('data', (chunk: Buffer) => {
      const passed = chunk.subarray(0, left);
      left -= passed.length;
      if (left > 0) {
        client.write(passed);
        return;
      }
      upstream.destroy();
      cuts++;
      client.write(passed, () => client.resetAndDestroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get cuts() {
      return cuts;
    },
    close: () => {
      // One that was never cut is kept for a next request, which does not come.
      for (const client of open) client.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
