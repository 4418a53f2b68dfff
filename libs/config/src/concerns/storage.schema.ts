import { resolve } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../read-environment.ts';

/** `dataDirectory` is absolute; a relative one counts from the workspace's root, as in set-up. */
export const StorageSettings = z
  .object({ DRYDOCK_DATA_DIR: z.string().default('.data') })
  .transform((env) => ({ dataDirectory: resolve(ROOT, env.DRYDOCK_DATA_DIR) }));
