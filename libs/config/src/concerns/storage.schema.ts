import { resolve } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../read-environment.ts';

/** `dataDirectory` is absolute; a relative one counts from the workspace's root, as in set-up. */
export const StorageSettings = z
  .object({
    DRYDOCK_DATA_DIR: z
      .string()
      .default('.data')
      .describe(
        'Workspaces, mirrors, artifacts, state of set-up; a relative path counts from the repository. Each is an instance',
      ),
  })
  .meta({ title: 'Files' })
  .transform((env) => ({ dataDirectory: resolve(ROOT, env.DRYDOCK_DATA_DIR) }));
