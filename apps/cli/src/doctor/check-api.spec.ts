import { expect, it } from '@jest/globals';
import { ApiError, ConnectionError } from '@drydock/sdk';
import { checkFault } from './check-api.ts';

const away = (requestId: string): ApiError =>
  new ApiError(
    {
      ...{ type: '', title: '', status: 503, code: 'service_unavailable', requestId },
      detail: 'PostgreSQL does not answer.',
    },
    null,
  );

it('tells an API without PostgreSQL from one that is not there, and what to do about each', () => {
  expect(checkFault(away('req_1'), 'http://x (from --url)')).toMatchObject([
    { what: 'API', state: 'ok' },
    { what: 'PostgreSQL', state: 'problem', fix: expect.stringContaining('npm run services') as unknown },
  ]);
  for (const fault of [away(''), new ConnectionError('http://x cannot be reached')])
    expect(checkFault(fault, 'http://x (from --url)')).toMatchObject([
      { what: 'API', state: 'problem', fix: expect.stringContaining('npm start') as unknown },
    ]);
});
