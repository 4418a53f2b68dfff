import { describe, expect, it } from '@jest/globals';
import { matchRoute, taskUrl } from '../routes/match-route.ts';
import { sourceText, titleOf } from './source-text.ts';
import { apiQuery, filtersOf, listUrl } from './task-query.ts';

const filters = (query: string) => filtersOf(new URLSearchParams(query));

describe('the filters of the list', () => {
  it('stand in the address and come back from it', () => {
    const address = '/?status=failed&repository=acme%2Fshop&search=a+b';
    expect(listUrl(filters(address.slice(2)))).toBe(address);
    expect(listUrl(filters(''))).toBe('/');
  });

  it('ask the API for what is set, and for each label by itself', () => {
    const query = apiQuery(filters('label=a:1,+b:2&search=+x+'), 'c1');
    expect(query).toEqual({ limit: 30, label: ['a:1', 'b:2'], search: 'x', cursor: 'c1' });
  });
});

describe('addresses', () => {
  it.each([
    ['/', { page: 'tasks' }],
    ['/tasks', { page: 'tasks' }],
    ['/tasks/task_01abc', { page: 'task', id: 'task_01abc', tab: 'log' }],
    ['/tasks/task_01abc/diff/', { page: 'task', id: 'task_01abc', tab: 'diff' }],
    ['/tasks/task_01abc/nothing', { page: 'unknown' }],
    ['/tasks/<script>', { page: 'unknown' }],
    ['/new', { page: 'new' }],
    ['/fleet/more', { page: 'unknown' }],
  ])('%s', (path, route) => {
    expect(matchRoute(path)).toEqual(route);
  });

  it('of a task', () => {
    expect([taskUrl('task_1'), taskUrl('task_1', 'diff')]).toEqual(['/tasks/task_1', '/tasks/task_1/diff']);
  });
});

describe('a row of the list', () => {
  it('names the repository as people do, and shows characters that hide', () => {
    const git = { url: 'https://github.com/acme/shop.git', ref: 'ma\u202ein' };
    expect(sourceText({ source: { git } })).toBe('acme/shop @ ma‹U+202E›in');
    expect(sourceText({ source: { zip: { bytes: 2_500, sha256: '' } } })).toBe('ZIP, 2.5 KB');
  });

  it('is called after the first line of the description', () => {
    expect(titleOf({ description: '\n Fix it\nand more' })).toBe('Fix it');
    expect(titleOf({ description: 'x'.repeat(300) })).toHaveLength(201);
  });
});
