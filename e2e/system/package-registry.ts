import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bash } from './repositories.ts';

/** Not 127.0.0.1: the sandbox has that in NO_PROXY, as everybody has. */
const HOST = '127.0.0.2';

export interface PackageRegistry {
  readonly host: string;
  /** The one file there is, which anybody may have. */
  readonly packageUrl: string;
  /** Files of a project that depends on the one package there is. */
  readonly packageJson: string;
  readonly packageLock: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const packTarball = async (): Promise<Buffer> => {
  const directory = await mkdtemp(join(tmpdir(), 'drydock-registry-'));
  await mkdir(join(directory, 'package'));
  await writeFile(
    join(directory, 'package', 'package.json'),
    JSON.stringify({ name: 'harbour', version: '1.0.0', main: 'index.js' }),
  );
  await writeFile(join(directory, 'package', 'index.js'), "module.exports = 'ahoy';\n");
  await bash(directory, 'tar czf harbour.tgz package');
  const tarball = await readFile(join(directory, 'harbour.tgz'));
  await rm(directory, { recursive: true });
  return tarball;
};

/** An npm registry of one package, over plain HTTP on the loopback. */
export const startPackageRegistry = async (): Promise<PackageRegistry> => {
  const tarball = await packTarball();
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.url?.endsWith('.tgz') === true)
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarball);
    else response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const host = `${HOST}:${String((server.address() as AddressInfo).port)}`;
  const dependencies = { harbour: '1.0.0' };
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const packageUrl = `http://${host}/harbour/-/harbour-1.0.0.tgz`;
  const locked = { version: '1.0.0', resolved: packageUrl, integrity };
  return {
    host,
    packageUrl,
    requests,
    packageJson: JSON.stringify({ name: 'ship', version: '1.0.0', private: true, dependencies }),
    packageLock: JSON.stringify({
      name: 'ship',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: { '': { name: 'ship', version: '1.0.0', dependencies }, 'node_modules/harbour': locked },
    }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
