import { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What sizes are counted in; of anything else the value itself is measured. */
const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
};

type Size = number | bigint;

const counted = (size: Size, [one, many]: readonly [string, string]): string =>
  `${String(size)} ${Number(size) === 1 ? one : many}`;

const atLeast = (origin: string, least: Size): string => {
  const units = UNITS[origin];
  if (units === undefined) return `must be at least ${String(least)}`;
  return Number(least) === 1 ? 'must not be empty' : `must have at least ${counted(least, units)}`;
};

const atMost = (origin: string, most: Size): string => {
  const units = UNITS[origin];
  return units === undefined
    ? `must be at most ${String(most)}`
    : `must have at most ${counted(most, units)}`;
};

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? `must be ${String(values[0])}` : `must be one of ${values.map(String).join(', ')}`;

/** A body that is not there at all is no field that is missing. */
const wrongKind = (expected: string, input: unknown, isField: boolean): string =>
  input === undefined && isField ? 'is missing' : `must be ${KINDS[expected] ?? expected}`;

/**
 * What is wrong with an input, as words that go on after the name of a field. For all schemas, in place of those of the
 * library, which are about types; a rule with words of its own keeps them. Undefined: the library's will do.
 */
export const inPlainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return wrongKind(issue.expected, issue.input, (issue.path ?? []).length > 0);
    case 'too_small':
      return atLeast(issue.origin, issue.minimum);
    case 'too_big':
      return atMost(issue.origin, issue.maximum);
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'must be a time with its zone, such as 2026-01-31T12:00:00Z'
        : undefined;
    case 'unrecognized_keys':
      return `has fields that are not known: ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return issue.options === undefined ? undefined : oneOf(issue.options as readonly unknown[]);
    case 'invalid_key':
      return `has a name that is not allowed: it ${issue.issues[0]?.message ?? 'is not valid'}`;
    default:
      return undefined;
  }
};

z.config({ customError: inPlainWords });
