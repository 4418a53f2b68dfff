import { describe, expect, it } from '@jest/globals';

import { releaseSources } from './apt.mjs';

describe('releaseSources', () => {
  it('reads deb822 stanzas, one line per suite', () => {
    const text = [
      'Types: deb',
      '# a comment',
      'URIs: http://mirror.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main contrib',
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
    ].join('\n');
    expect(releaseSources(text, 'bookworm')).toEqual([
      'deb http://mirror.example/debian bookworm main',
      'deb http://mirror.example/debian bookworm-updates main',
    ]);
  });

  it('reads one-line entries', () => {
    const text =
      '# deb http://old bookworm main\ndeb [arch=amd64] https://mirror.example/debian bookworm main\n';
    expect(releaseSources(text, 'bookworm')).toEqual(['deb https://mirror.example/debian bookworm main']);
  });

  it.each([
    ['another release', 'deb http://mirror.example/debian trixie main'],
    ['no main component', 'deb https://download.example/linux/debian bookworm stable'],
    ['a key of its own', 'deb [signed-by=/etc/apt/keyrings/other.gpg] https://other.example bookworm main'],
    ['sources only', 'deb-src http://mirror.example/debian bookworm main'],
    ['a disabled stanza', 'Types: deb\nEnabled: no\nURIs: http://x\nSuites: bookworm\nComponents: main'],
    [
      'a deb822 key of its own',
      'Types: deb\nURIs: http://x\nSuites: bookworm\nComponents: main\nSigned-By: /x.gpg',
    ],
  ])('leaves out %s', (_name, text) => {
    expect(releaseSources(text, 'bookworm')).toEqual([]);
  });
});
