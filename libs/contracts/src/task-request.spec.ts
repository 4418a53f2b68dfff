import { describe, expect, it } from '@jest/globals';
import { AppError, LIMIT_NAMES, LIMIT_RANGES } from '@drydock/domain';
import { checkSource, RetryRequest, TaskRequest } from './task-request.ts';

const request = (more: object = {}) => TaskRequest.safeParse({ description: 'Fix it', ...more });
/** Paths of what is wrong, joined by dots. */
const faults = (more: object): string[] =>
  (request(more).error?.issues ?? []).map((issue) => issue.path.map(String).join('.'));

describe('TaskRequest', () => {
  it('needs a description only', () => {
    expect(request().data).toEqual({
      description: 'Fix it',
      focusPaths: [],
      agent: { harness: 'builtin' },
      limits: {},
      maxAttempts: 1,
      priority: 5,
      labels: {},
    });
  });

  it('takes the whole example of the design', () => {
    const whole = {
      source: { git: { url: 'https://github.com/acme/shop.git', ref: 'main', token: 'ghp_x' } },
      description: 'Fix the rounding bug in cart totals',
      focusPaths: ['src/cart.ts'],
      agent: { harness: 'command', command: ['sh', '-c', 'true'], instructions: 'Be brief' },
      image: 'drydock/toolbox:1',
      setup: ['npm ci'],
      verify: ['npm test'],
      network: {
        setup: { mode: 'allowlist', allow: ['packages.example.com', '*.example.org:443'] },
        agent: { mode: 'none' },
        verify: { mode: 'full' },
      },
      limits: { timeoutSeconds: 1, cpus: 0.1, maxCostUsd: 0.5 },
      deliver: {
        pullRequest: {
          base: 'main',
          draft: true,
          title: 'Fix',
          when: 'changed',
          labels: ['drydock', 'good first issue'],
          reviewers: ['octocat', 'mona_acme'],
          maintainerCanModify: false,
          closes: 7,
        },
      },
      maxAttempts: 3,
      priority: 9,
      notBefore: '2030-01-01T00:00:00+02:00',
      labels: { project: 'shop' },
    };
    expect(request(whole).data).toEqual(whole);
  });

  it.each<[string, object, string]>([
    ['no text', { description: ' \n' }, 'description'],
    ['NUL', { description: 'a\0b' }, 'description'],
    ['too many bytes', { description: 'ü'.repeat(131_073) }, 'description'],
    ['an unknown field', { colour: 'red' }, ''],
    ['an unknown field below', { agent: { harness: 'builtin', colour: 'red' } }, 'agent'],
    ['a harness that does not exist', { agent: { harness: 'none' } }, 'agent.harness'],
    ['command without argv', { agent: { harness: 'command' } }, 'agent.command'],
    ['an empty argv', { agent: { harness: 'command', command: [] } }, 'agent.command'],
    ['argv without command', { agent: { command: ['x'] } }, 'agent.command'],
    ['NUL in argv', { agent: { harness: 'command', command: ['a\0'] } }, 'agent.command.0'],
    ['a ref that is an option', { source: { git: { url: 'x', ref: '--x' } } }, 'source.git.ref'],
    ['a token with a newline', { source: { git: { url: 'x', token: 'a\nb' } } }, 'source.git.token'],
    ['a root that leads out', { source: { zip: { root: 'a/../..' } } }, 'source.zip.root'],
    ['an absolute focus path', { focusPaths: ['/etc'] }, 'focusPaths.0'],
    ['an image that is an option', { image: '--privileged' }, 'image'],
    ['an image with a space', { image: 'a b' }, 'image'],
    ['an empty command', { setup: [''] }, 'setup.0'],
    ['too many commands', { verify: Array.from({ length: 51 }, () => 'x') }, 'verify'],
    ['a command over 64 KiB', { setup: ['x'.repeat(65_537)] }, 'setup.0'],
    [
      'an allowlist of nothing',
      { network: { agent: { mode: 'allowlist', allow: [] } } },
      'network.agent.allow',
    ],
    [
      'an allowlist of a URL',
      { network: { agent: { mode: 'allowlist', allow: ['http://x'] } } },
      'network.agent.allow.0',
    ],
    [
      'an allowlist without the mode',
      { network: { agent: { mode: 'none', allow: ['x'] } } },
      'network.agent',
    ],
    ['a limit that is none', { limits: { rockets: 1 } }, 'limits'],
    ['no attempts', { maxAttempts: 0 }, 'maxAttempts'],
    ['too many attempts', { maxAttempts: 11 }, 'maxAttempts'],
    ['priority 0', { priority: 0 }, 'priority'],
    ['a time without a zone', { notBefore: '2030-01-01T00:00:00' }, 'notBefore'],
    ['a label key with a colon', { labels: { 'a:b': 'c' } }, 'labels.a:b'],
    ['a long label', { labels: { a: 'x'.repeat(257) } }, 'labels.a'],
    [
      '51 labels',
      { labels: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${String(i)}`, ''])) },
      'labels',
    ],
    ['a title of two lines', { deliver: { pullRequest: { title: 'a\nb' } } }, 'deliver.pullRequest.title'],
    ['another when', { deliver: { pullRequest: { when: 'always' } } }, 'deliver.pullRequest.when'],
    ['no label', { deliver: { pullRequest: { labels: [''] } } }, 'deliver.pullRequest.labels.0'],
    ['no person', { deliver: { pullRequest: { reviewers: ['@x'] } } }, 'deliver.pullRequest.reviewers.0'],
    ['no issue', { deliver: { pullRequest: { closes: 0 } } }, 'deliver.pullRequest.closes'],
    ['what a pull request has not', { deliver: { pullRequest: { force: true } } }, 'deliver.pullRequest'],
    ['a base that is an option', { deliver: { pullRequest: { base: '-x' } } }, 'deliver.pullRequest.base'],
  ])('refuses %s', (_what, more, path) => {
    expect(faults(more)).toContain(path);
  });

  it('names all faults at once', () => {
    expect(faults({ description: '', priority: 10, image: '' }).sort()).toEqual(
      expect.arrayContaining(['description', 'image', 'priority']),
    );
  });

  it.each(LIMIT_NAMES)('bounds limits.%s', (name) => {
    const { least, most, integer } = LIMIT_RANGES[name] as {
      least: number;
      most: number | null;
      integer: boolean;
    };
    expect(faults({ limits: { [name]: least } })).toEqual([]);
    expect(faults({ limits: { [name]: most ?? least + 1_000_000 } })).toEqual([]);
    const wrong: unknown[] = [least - 1, Infinity, Number.NaN, '5', null];
    if (most !== null) wrong.push(most + 1);
    if (integer) wrong.push(least + 0.5);
    for (const value of wrong) expect(faults({ limits: { [name]: value } })).toEqual([`limits.${name}`]);
  });

  it('leaves out what was left out of the network, for .drydock.yml to say', () => {
    expect(request({ network: { setup: { mode: 'full' } } }).data?.network).toEqual({
      setup: { mode: 'full' },
    });
  });
});

describe('checkSource', () => {
  const git = { git: { url: 'https://github.com/acme/shop.git' } };
  it.each<[string, object | undefined, boolean, string]>([
    ['a git URL', git, false, 'fine'],
    ['an archive', undefined, true, 'fine'],
    ['an archive and its root', { zip: { root: 'a' } }, true, 'fine'],
    ['nothing', undefined, false, 'source_missing'],
    ['an empty source', {}, false, 'source_missing'],
    ['a root without the archive', { zip: {} }, false, 'source_missing'],
    ['both', git, true, 'source_conflict'],
    ['both by name', { ...git, zip: {} }, false, 'source_conflict'],
    ['a bad URL', { git: { url: 'https://localhost/x' } }, false, 'host_not_allowed'],
  ])('of %s', (_what, source, hasArchive, result) => {
    const task = TaskRequest.parse({ description: 'x', source });
    let seen = 'fine';
    try {
      checkSource(task, hasArchive, new Set());
    } catch (error) {
      seen = error instanceof AppError ? error.code : 'other';
    }
    expect(seen).toBe(result);
  });
});

describe('RetryRequest', () => {
  it('takes a new token and nothing else', () => {
    expect(RetryRequest.safeParse({}).success).toBe(true);
    expect(RetryRequest.safeParse({ source: { git: { token: 'x' } } }).success).toBe(true);
    expect(RetryRequest.safeParse({ source: { git: { url: 'https://x.example/y' } } }).success).toBe(false);
    expect(RetryRequest.safeParse({ description: 'other' }).success).toBe(false);
  });
});
