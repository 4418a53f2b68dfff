import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commandOf, isSameLogin, mentionsIn, withoutMention } from './command.ts';

describe('commandOf', () => {
  it.each([
    ['/drydock fix the total', { do: 'start', instruction: 'fix the total' }],
    ['/drydock', { do: 'start', instruction: '' }],
    ['\r\n /Drydock\r\nfix\r\n- a\r\n', { do: 'start', instruction: 'fix\r\n- a' }],
    ['/drydock cancel', { do: 'cancel' }],
    ['/drydock  RETRY \n', { do: 'retry' }],
    ['/drydock help', { do: 'help' }],
    ['/drydock cancel the second order', { do: 'start', instruction: 'cancel the second order' }],
    ['/drydock $(rm -rf /); `id`', { do: 'start', instruction: '$(rm -rf /); `id`' }],
  ])('reads %j', (text, command) => {
    expect(commandOf(text)).toEqual(command);
  });

  it.each([
    '',
    'drydock',
    '/drydocker fix',
    '/dry dock',
    'please /drydock fix',
    '> /drydock fix',
    '//drydock',
    '`/drydock`',
  ])('sees no command in %j', (text) => {
    expect(commandOf(text)).toBeNull();
  });

  it('keeps every instruction as it was written, but for space around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const command = commandOf(`/drydock ${text}`);
        const isVerb = ['cancel', 'retry', 'help'].includes(text.trim().toLowerCase());
        expect(command).toEqual(
          isVerb ? { do: text.trim().toLowerCase() } : { do: 'start', instruction: text.trim() },
        );
      }),
    );
  });

  it('sees a command in nothing that begins otherwise', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/^\s*\/drydock(\s|$)/i.test(text));
        expect(commandOf(text)).toBeNull();
      }),
    );
  });
});

describe('mentionsIn', () => {
  it.each<[string, string[]]>([
    ['@drydock-acme please', ['drydock-acme']],
    ['hey @Drydock-Acme[bot], look', ['drydock-acme']],
    ['(@a) @b.', ['a', 'b']],
    ['mail me at x@drydock-acme', []],
    ['`@drydock`', []],
    ['acme/@drydock', []],
    ['> @drydock said\nno', []],
    ['@@drydock', []],
  ])('finds in %j %j', (text, logins) => {
    expect([...mentionsIn(text)]).toEqual(logins);
  });

  it('takes no time with whatever it is given', () => {
    const started = performance.now();
    for (const text of [
      '@'.repeat(60_000),
      '@a'.repeat(30_000),
      `@${'a'.repeat(60_000)}`,
      '@-'.repeat(30_000),
    ])
      mentionsIn(text);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('withoutMention', () => {
  it('leaves the instruction, and other people in it', () => {
    expect(withoutMention('@drydock-acme fix it for @octocat', 'drydock-acme[bot]')).toBe(
      'fix it for @octocat',
    );
  });
});

describe('isSameLogin', () => {
  it('knows an App by its slug and by its account', () => {
    expect(isSameLogin('Drydock-Acme', 'drydock-acme[bot]')).toBe(true);
    expect(isSameLogin('drydock', 'drydock-acme[bot]')).toBe(false);
  });
});
