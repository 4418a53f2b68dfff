import { z } from 'zod';

/** A whole number within bounds, as text. */
export const integer = (least: number, most: number, normal: number) => {
  const rule = `must be a whole number from ${String(least)} to ${String(most)}`;
  return z
    .string()
    .trim()
    .regex(/^\d{1,15}$/, { error: rule, abort: true })
    .transform(Number)
    .pipe(z.number().min(least, rule).max(most, rule))
    .default(normal);
};

/** A number within bounds, as text such as `7` or `0.25`. */
export const decimal = (least: number, most: number) => {
  const rule = `must be a number from ${String(least)} to ${String(most)}`;
  return z
    .string()
    .trim()
    .regex(/^\d{1,15}(\.\d{1,20})?$/, { error: rule, abort: true })
    .transform(Number)
    .pipe(z.number().min(least, rule).max(most, rule));
};

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T, normal: T[number]) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` }).default(normal as never);

/** A URL of one of the schemes, such as `https:`. */
export const urlOf = (...schemes: string[]) =>
  z
    .string()
    .trim()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      `must be a URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    );

/** Comma-separated entries that each fit `entry`. */
export const listOf = (entry: RegExp, rule: string) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((parts) => parts.every((part) => entry.test(part)), rule);

/** Of the mode that a process runs in; more than one concern asks for it. */
export const nodeEnv = z.string().optional().meta({
  description: '`production`: `.env` is not read and `DRYDOCK_SECRET_KEY` is required',
  unset: 'development',
});

/** Where clients reach the api. */
export const publicUrl = urlOf('http:', 'https:')
  .optional()
  .describe('Address that clients know the api by, for links; workers put it into pull requests');

export const flag = z
  .enum(['0', '1'], { error: 'must be 1 or 0' })
  .default('0')
  .transform((text) => text === '1');
