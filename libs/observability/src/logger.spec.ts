import { describe, expect, it } from '@jest/globals';
import { AppError, Redactor } from '@drydock/domain';
import { createLogger, withFields, type LogLevel } from './logger.ts';

const SECRET = 'sk-canary/with "quotes"+';

const logging = (level: LogLevel = 'info') => {
  const lines: string[] = [];
  const redactor = new Redactor([SECRET]);
  const write = (line: string) => void lines.push(line);
  const log = createLogger({ service: 'drydock-api', version: '1', instance: 'a', level, redactor, write });
  const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, lines, parsed };
};

describe('createLogger', () => {
  it('writes one JSON line with level, time, service and fields', () => {
    const { log, lines, parsed } = logging();
    log.warn({ taskId: 'task_x', attempt: 2 }, 'hello');
    expect(lines[0]?.endsWith('}\n')).toBe(true);
    expect(parsed()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        service: 'drydock-api',
        version: '1',
        instance: 'a',
        taskId: 'task_x',
        attempt: 2,
        msg: 'hello',
      },
    ]);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = logging('warn');
    log.debug({}, 'a');
    log.info({}, 'b');
    log.error({}, 'c');
    expect(lines).toHaveLength(1);
  });

  it.each([
    ['the message', { fields: {}, message: `token ${SECRET}` }],
    ['a field', { fields: { deep: [{ token: SECRET }] }, message: '' }],
    ['a field name', { fields: { [SECRET]: 1 }, message: '' }],
    ['a URL', { fields: { url: `https://x/?t=${encodeURIComponent(SECRET)}` }, message: '' }],
    ['base64', { fields: { header: Buffer.from(SECRET).toString('base64') }, message: '' }],
    ['an error', { fields: { error: new Error(SECRET) }, message: '' }],
    [
      'the cause of an error',
      { fields: { error: new AppError('internal', 'x', { cause: new Error(SECRET) }) }, message: '' },
    ],
  ])('masks a secret in %s', (_where, { fields, message }) => {
    const { log, lines, parsed } = logging();
    log.error(fields, message);
    expect(lines.join('')).toContain('[redacted]');
    expect(lines.join('')).not.toContain('sk-canary');
    expect(parsed()).toHaveLength(1);
  });

  it('tells code, stack and cause of an error', () => {
    const { log, parsed } = logging();
    log.error({ error: new AppError('store_failed', 'no space', { cause: new Error('ENOSPC') }) }, 'failed');
    expect(parsed()[0]).toMatchObject({
      error: {
        code: 'store_failed',
        stack: expect.stringContaining('logger.spec'),
        cause: { message: 'ENOSPC' },
      },
    });
  });
});

describe('withFields', () => {
  it('puts fields on all lines within, nested and across awaits, and on no other', async () => {
    const { log, parsed } = logging();
    const attempt = (taskId: string) =>
      withFields({ taskId }, () =>
        withFields({ attempt: 1 }, async () => {
          await Promise.resolve();
          log.info({}, 'within');
        }),
      );
    await Promise.all([attempt('one'), attempt('two')]);
    log.info({}, 'outside');
    expect(parsed()).toMatchObject([{ taskId: 'one', attempt: 1 }, { taskId: 'two', attempt: 1 }, {}]);
    expect(parsed()[2]).not.toHaveProperty('taskId');
  });
});
