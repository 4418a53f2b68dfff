import { ToolError, type ToolArguments } from './tool.ts';

/** @throws ToolError */
export const stringArgument = (input: ToolArguments, name: string): string => {
  const value = input[name];
  if (typeof value === 'string') return value;
  throw new ToolError(
    value === undefined
      ? `The argument "${name}" is missing. It must be a string.`
      : `The argument "${name}" must be a string, not ${JSON.stringify(value).slice(0, 80)}.`,
  );
};

/** A whole number within its bounds; some models write numbers as strings. @throws ToolError */
export const integerArgument = (
  input: ToolArguments,
  name: string,
  { fallback, least, most }: { fallback: number; least: number; most: number },
): number => {
  const value = input[name];
  if (value === undefined || value === null) return fallback;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    throw new ToolError(`The argument "${name}" must be a whole number.`);
  return Math.min(most, Math.max(least, Math.floor(number)));
};
