import { z } from 'zod';
import { integer, publicUrl } from './values.ts';

const BYTES_PER_MB = 1024 ** 2;

/** Where the api listens and what it accepts. `publicUrl` has no slash at its end; `requestsPerSecond` 0 means no limit. */
export const HttpSettings = z
  .object({
    PORT: integer(0, 65_535, 8080).describe('Port that the api listens on; 0: any'),
    HOST: z.string().trim().default('127.0.0.1').describe('Address that it listens on'),
    DRYDOCK_PUBLIC_URL: publicUrl,
    DRYDOCK_MAX_UPLOAD_MB: integer(1, 4096, 512).describe('Largest ZIP that is taken'),
    DRYDOCK_RATE_LIMIT: integer(0, 1_000_000, 500).describe(
      'Requests per second of each API key that has no rate of its own, counted by each api process; 0: no limit',
    ),
  })
  .meta({ title: 'The api' })
  .transform((env) => ({
    port: env.PORT,
    host: env.HOST,
    publicUrl: env.DRYDOCK_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    requestsPerSecond: env.DRYDOCK_RATE_LIMIT,
    maxUploadBytes: env.DRYDOCK_MAX_UPLOAD_MB * BYTES_PER_MB,
  }));
export type HttpConfig = z.output<typeof HttpSettings>;
