import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { usageError } from '../exit-codes.ts';
import type { Environment } from './environment.ts';

/** What `drydock login` keeps. */
export interface Settings {
  readonly url?: string;
  readonly apiKey?: string;
}

export const settingsPath = ({ configHome }: Environment): string =>
  join(configHome ?? join(homedir(), '.config'), 'drydock', 'config.json');

const stringOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Nothing when there is no file. @throws CliError when it cannot be read. */
export const readSettings = async (environment: Environment): Promise<Settings> => {
  const path = settingsPath(environment);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw usageError(`${path} cannot be read: ${(error as Error).message}`);
  }
  try {
    const { url, apiKey } = JSON.parse(text) as Record<string, unknown>;
    const [knownUrl, knownKey] = [stringOf(url), stringOf(apiKey)];
    return {
      ...(knownUrl !== undefined && { url: knownUrl }),
      ...(knownKey !== undefined && { apiKey: knownKey }),
    };
  } catch {
    throw usageError(
      `${path} is not valid JSON: mend it, or \`drydock login\` writes it anew after you remove it.`,
    );
  }
};

/** Only its owner may read it: it holds the key. */
export const writeSettings = async (environment: Environment, settings: Settings): Promise<string> => {
  const path = settingsPath(environment);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${String(process.pid)}`;
  try {
    await writeFile(draft, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return path;
};
