import { ApiError, ConnectionError } from '@drydock/sdk';
import { CommanderError } from 'commander';
import { CliError, EXIT, type ExitCode } from './exit-codes.ts';
import { flagOf } from './flag-of.ts';

/** An error as a person and a program are told it. */
export interface ReportedError {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly requestId?: string | null;
}

const hintFor = (error: ApiError): string => {
  if (error.code === 'unauthorized') return '\n`drydock login` takes another key, or set DRYDOCK_API_KEY.';
  if (error.code === 'forbidden') return '\n`drydock keys create` makes a key with other scopes.';
  return '';
};

const whatIsWrong = ({ message, code, errors }: ApiError): string => {
  const details = errors.map(
    ({ pointer, detail }) => `${flagOf(pointer) ?? (pointer === '' ? '/' : pointer)}: ${detail}`,
  );
  // Most refusals are about one thing only, and say it twice.
  if (errors.length === 1 && errors[0]?.detail === message) return details.join('');
  // The API's own words for it speak of JSON; with every code that a schema refuses with.
  const isOfSchema = code === 'invalid_request' || message.startsWith('See errors');
  const what = isOfSchema && errors.length > 0 ? 'The request does not fit:' : message;
  return [what, ...details.map((detail) => `  ${detail}`)].join('\n');
};

const messageOf = (error: ApiError): string => {
  const request = error.requestId === null || error.status < 500 ? '' : `\n(request ${error.requestId})`;
  return `${whatIsWrong(error)}${hintFor(error)}${request}`;
};

/** What is thrown anywhere, as an exit code and a message that says what to do. */
export const reportOf = (error: unknown): ReportedError => {
  if (error instanceof CliError)
    return { exitCode: error.exitCode, code: error.code, message: error.message };
  if (error instanceof CommanderError)
    return { exitCode: EXIT.usage, code: 'usage', message: error.message.replace(/^error: /, '') };
  if (error instanceof ApiError) {
    const exitCode = error.status >= 500 ? EXIT.unreachable : EXIT.usage;
    return { exitCode, code: error.code, message: messageOf(error), requestId: error.requestId };
  }
  if (error instanceof ConnectionError) {
    const message = `${error.message}\nIs Drydock running there? \`drydock doctor\` looks; --url or DRYDOCK_URL names another address.`;
    return { exitCode: EXIT.unreachable, code: 'unreachable', message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: EXIT.failed, code: 'internal', message };
};
