import { readFileSync, statSync } from 'node:fs';
import { encodingOf, type TextEncoding } from './text-encoding.ts';
import { ToolError } from './tool.ts';
import { codeOf, messageOf } from '../../faults.ts';

const MAX_BYTES = 20 * 1024 ** 2;

export interface TextFile {
  readonly bytes: Buffer;
  readonly encoding: TextEncoding;
}

const reasonOf = (error: unknown, path: string): string => {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return `${path} does not exist. List its folder with bash first.`;
  return `${path} cannot be read: ${messageOf(error)}`;
};

/** The file at a resolved path. @throws ToolError: missing, a folder, too large, binary. */
export const openTextFile = (full: string, path: string): TextFile => {
  try {
    const stat = statSync(full);
    if (stat.isDirectory()) throw new ToolError(`${path} is a folder. List it with bash: ls -la`);
    if (!stat.isFile()) throw new ToolError(`${path} is not a regular file.`);
    if (stat.size > MAX_BYTES)
      throw new ToolError(
        `${path} has ${String(stat.size)} bytes, too many for this tool. Use bash: sed, head, grep.`,
      );
    const bytes = readFileSync(full);
    const encoding = encodingOf(bytes);
    if (encoding === null)
      throw new ToolError(`${path} is binary. Look at it with bash: file, xxd, strings.`);
    return { bytes, encoding };
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError(reasonOf(error, path));
  }
};
