import { ApiError, ConnectionError } from '@drydock/sdk';

/** `/source/git/url` as `source.git.url`; which one of a list is left to what is said of it. */
const nameOf = (pointer: string): string =>
  pointer
    .split('/')
    .filter((part) => part !== '' && !/^\d+$/.test(part))
    .join('.');

const wordsOfApi = ({ message, code, errors }: ApiError): string => {
  const issues = errors.map(({ pointer, detail }) => [nameOf(pointer), detail].filter(Boolean).join(': '));
  if (errors.length === 0) return message;
  // The API's own words for it speak of JSON, and of where to look.
  if (code === 'invalid_request' || message.startsWith('See errors')) return issues.join(' · ');
  return [message, ...issues.filter((issue) => !issue.endsWith(message))].join(' · ');
};

/** Anything that was thrown, in words for people. */
export const wordsOf = (error: unknown): string => {
  if (error instanceof ApiError) return wordsOfApi(error);
  if (error instanceof ConnectionError)
    return 'Drydock cannot be reached: it is not running, or the network is down.';
  return error instanceof Error ? error.message : 'Something went wrong.';
};
