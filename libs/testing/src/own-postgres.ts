import { randomBytes } from 'node:crypto';
import { ownContainer, type OwnService } from './own-container.ts';
import { migrateDatabase } from './template-database.ts';

/** Not /data: a tmpfs over a directory of the image belongs to root, whatever its options say. */
const SMALL = '/small';
const BALLAST = `${SMALL}/ballast`;
const ON_SMALL = ['bash', '-c', `exec bash <(sed 's:=/data/:=${SMALL}/:' /entrypoint.sh) "$@"`, 'entrypoint'];

export interface OwnPostgresOptions {
  /** More arguments of the server, such as `-c`, `wal_level=logical`. */
  readonly serverArguments?: readonly string[];
  /** Keeps the data on a tmpfs of this size; it is lost when the server is killed or restarted. */
  readonly diskMb?: number;
}

export interface OwnPostgres extends OwnService {
  /** Leaves no byte free on the disk of the data; with `diskMb` only. */
  fillDisk(): Promise<void>;
  freeDisk(): Promise<void>;
}

// A small log, so that a small disk is full of data. Faults are made by the test, not by the power.
const SETTINGS = ['-c', 'fsync=off', '-c', 'min_wal_size=32MB', '-c', 'max_wal_size=48MB'];

/** Growing by pages, because one big write that does not fit would leave room behind. */
const FILL = `dd if=/dev/zero of=${BALLAST} bs=64k 2>/dev/null; dd if=/dev/zero bs=4k >> ${BALLAST} 2>/dev/null; true`;

/**
 * A PostgreSQL of the test's own with all migrations applied, for specs that stop, freeze or fill it (2 s).
 * @throws Error when Docker or the image `drydock/postgres:1` (made by set-up) is missing.
 */
export const ownPostgres = async (options: OwnPostgresOptions = {}): Promise<OwnPostgres> => {
  const password = randomBytes(16).toString('hex');
  const { diskMb, serverArguments = [] } = options;
  if (diskMb !== undefined && diskMb < 128) throw new Error('A fresh cluster needs 128 MiB.');
  const service = await ownContainer({
    name: 'postgres',
    port: 5432,
    command: [...SETTINGS, ...serverArguments],
    environment: { POSTGRES_PASSWORD: password },
    readyLog: /database system is ready to accept connections/,
    ...(diskMb !== undefined && {
      entrypoint: ON_SMALL,
      tmpfs: { [SMALL]: `rw,mode=1777,size=${String(diskMb)}m` },
    }),
    urlAt: (address) => `postgresql://drydock:${password}@${address}/drydock`,
  });
  try {
    await migrateDatabase(service.url);
  } catch (error) {
    await service.stop();
    throw error;
  }
  return {
    ...service,
    fillDisk: async () => void (await service.exec(['bash', '-c', FILL])),
    freeDisk: async () => void (await service.exec(['rm', '-f', BALLAST])),
  };
};
