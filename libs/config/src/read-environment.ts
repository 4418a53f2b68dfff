import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';

/** Variables by name; one that is empty counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Directory of the workspace's package.json (the first above `start` that has workspaces), else the working directory: a
 * bundle and the sources find the same one.
 */
export const findRoot = (start: string): string => {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && readFileSync(file, 'utf8').includes('"workspaces"')) return folder;
  }
  return process.cwd();
};

export const ROOT = findRoot(import.meta.dirname);

const filled = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));

/** `env`, and in development what `.env` in `root` adds to it. */
export const withDotEnv = (env: Environment, root: string = ROOT): Environment => {
  const file = join(root, '.env');
  if (env['NODE_ENV'] === 'production' || !existsSync(file)) return filled(env);
  return { ...filled(parseEnv(readFileSync(file, 'utf8'))), ...filled(env) };
};

/** The environment of this process, `.env` included. */
export const readEnvironment = (): Environment => withDotEnv(process.env);
