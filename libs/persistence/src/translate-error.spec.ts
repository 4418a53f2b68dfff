import { describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { isRetryable, translateError } from './translate-error.ts';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

describe('translateError', () => {
  it.each([
    ['a refused connection', withCode('ECONNREFUSED')],
    [
      'several refused addresses',
      Object.assign(new AggregateError([withCode('ECONNREFUSED')]), { code: 'ECONNREFUSED' }),
    ],
    ['an administrator', withCode('57P01')],
    ['a server that is starting', withCode('57P03')],
    ['too many connections', withCode('53300')],
    ['a full disk', withCode('53100')],
    ['no memory', withCode('53200')],
    ['a failed write', withCode('58030')],
    ['a standby that takes over', withCode('25006')],
    ['a statement timeout', withCode('57014')],
    ['a lock timeout', withCode('55P03')],
    ['a cut connection', new Error('Connection terminated unexpectedly')],
    ['no free connection', new Error('timeout exceeded when trying to connect')],
    ['no answer', new Error('Query read timeout')],
    ['Prisma without a server', withCode('P1001')],
    [
      'Prisma around the driver',
      Object.assign(withCode('P2010'), {
        meta: { driverAdapterError: { cause: { originalCode: '57P01' } } },
      }),
    ],
    ['a deadlock that stayed', withCode('40P01')],
  ])('calls %s service_unavailable and keeps the cause', (_name, error) => {
    expect(translateError(error)).toMatchObject({ code: 'service_unavailable', cause: error });
  });

  it('calls anything else internal, and leaves our own errors alone', () => {
    for (const programming of ['23505', '42601', '42P01', '22P02', '25P02'])
      expect(translateError(withCode(programming))).toMatchObject({ code: 'internal' });
    expect(translateError('thrown text')).toMatchObject({ code: 'internal', cause: 'thrown text' });
    const own = new AppError('lease_lost', 'x');
    expect(translateError(own)).toBe(own);
  });

  it('runs again only what was rolled back whole', () => {
    expect([withCode('40001'), withCode('40P01'), withCode('23505')].map(isRetryable)).toEqual([
      true,
      true,
      false,
    ]);
  });
});
