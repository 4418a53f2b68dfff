import { ApiError } from '@drydock/sdk';

/** Anything that was thrown, in words for people. */
export const wordsOf = (error: unknown): string => {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : 'Something went wrong.';
  const issues = error.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  return [error.message, ...issues.filter((issue) => !issue.endsWith(error.message))].join(' · ');
};
