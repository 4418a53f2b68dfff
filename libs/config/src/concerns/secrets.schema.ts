import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isApiKey } from '@drydock/domain';
import { z } from 'zod';
import { SettingFault } from '../settings-reader.ts';
import { nodeEnv } from './values.ts';

const KEY_BYTES = 32;
const TITLE = 'Keys and mode';
const RULE = 'must be 32 bytes in base64, such as `openssl rand -base64 32` prints';

const decode = (text: string): Buffer => Buffer.from(text, 'base64');
const isKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]{43}=$/.test(text.trim()) && decode(text).length === KEY_BYTES;

export const SecretsSettings = z
  .object({
    NODE_ENV: nodeEnv,
    DRYDOCK_SECRET_KEY: z.string().refine(isKey, RULE).optional().meta({
      description: 'Seals secrets at rest; the same for all processes, required with `NODE_ENV=production`',
      unset: 'made once, kept in the data directory',
    }),
  })
  .meta({ title: TITLE })
  .transform((env) => ({ isProduction: env.NODE_ENV === 'production', given: env.DRYDOCK_SECRET_KEY }));

/** `firstKey`: a key that exists after the start. */
export const FirstKeySettings = z
  .object({
    DRYDOCK_API_KEY: z
      .string()
      .trim()
      .refine(isApiKey, 'must be dk_<id>_<secret>: 8 to 32 and 32 to 64 letters and digits')
      .optional()
      .meta({
        description: 'A key of the first team; made at the start when it does not exist',
        unset: 'made once',
      }),
  })
  .meta({ title: TITLE })
  .transform((env) => ({ firstKey: env.DRYDOCK_API_KEY ?? null }));

/** `link` fails when the file is there: of two processes that start at once, one key wins whole. */
const createOnce = (file: string): void => {
  const draft = `${file}.${String(process.pid)}`;
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
};

const keyFromDataDirectory = (dataDirectory: string): Buffer => {
  const file = join(dataDirectory, 'secret.key');
  let text: string;
  try {
    mkdirSync(dataDirectory, { recursive: true });
    createOnce(file);
    text = readFileSync(file, 'utf8');
  } catch {
    throw new SettingFault(
      'DRYDOCK_DATA_DIR',
      `must be a directory that can be written: ${file} is kept there`,
    );
  }
  if (!isKey(text))
    throw new SettingFault('DRYDOCK_SECRET_KEY', `is not set, and ${file} is not a key: it ${RULE}`);
  return decode(text);
};

/** The key that seals secrets at rest: given, or in development kept in the data directory. */
export const secretKeyOf = (secrets: z.output<typeof SecretsSettings>, dataDirectory: string): Buffer => {
  if (secrets.given !== undefined) return decode(secrets.given);
  if (secrets.isProduction)
    throw new SettingFault('DRYDOCK_SECRET_KEY', `is required when NODE_ENV=production and ${RULE}`);
  return keyFromDataDirectory(dataDirectory);
};
