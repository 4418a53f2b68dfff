import { describe, expect, it } from '@jest/globals';
import { DeliveryRequest } from './pull-request.ts';
import { RepositoryChangeRequest, RepositoryRequest } from './repositories.ts';

const SHOP = { owner: 'acme', name: 'shop' };
const faults = (schema: typeof RepositoryRequest | typeof RepositoryChangeRequest, body: unknown) =>
  (schema.safeParse(body).error?.issues ?? []).map((issue) => issue.path.join('.'));

describe('RepositoryRequest', () => {
  it('has every trigger off and nothing allowed that was not asked for', () => {
    expect(RepositoryRequest.parse({ forge: SHOP })).toEqual({
      forge: {
        ...SHOP,
        enabled: true,
        triggers: { label: false, comment: false, assignment: false, mention: false },
        labels: [],
        base: null,
        allowedPaths: [],
        limits: {},
        workflowEdits: false,
      },
    });
  });

  it.each([
    [{ owner: '-x', name: 'shop' }, 'forge.owner'],
    [{ owner: 'a/b', name: 'shop' }, 'forge.owner'],
    [{ owner: 'acme', name: '..' }, 'forge.name'],
    [{ owner: 'acme', name: 'shop.git' }, 'forge.name'],
    [{ owner: 'acme', name: 'shop/../x' }, 'forge.name'],
    [{ ...SHOP, base: '--upload-pack=x' }, 'forge.base'],
    [{ ...SHOP, triggers: { push: true } }, 'forge.triggers'],
    [{ ...SHOP, allowedPaths: ['/etc/*'] }, 'forge.allowedPaths.0'],
    [{ ...SHOP, allowedPaths: ['a/../b'] }, 'forge.allowedPaths.0'],
    [{ ...SHOP, limits: { cpus: 0 } }, 'forge.limits.cpus'],
    [{ ...SHOP, token: 'x' }, 'forge'],
  ])('refuses %j', (forge, path) => {
    expect(faults(RepositoryRequest, { forge })).toContain(path);
  });
});

describe('RepositoryChangeRequest', () => {
  it('fills in nothing, so that what is left out stays', () => {
    const change = { forge: { triggers: { label: true } } };
    expect(RepositoryChangeRequest.parse(change)).toEqual(change);
  });

  it('never moves a repository to another place', () => {
    expect(faults(RepositoryChangeRequest, { forge: { owner: 'other' } })).toEqual(['forge']);
  });
});

describe('DeliveryRequest', () => {
  it('asks for a plain pull request when nothing else is said', () => {
    expect(DeliveryRequest.parse({})).toEqual({ pullRequest: {} });
  });

  it.each([
    [{ name: 'Mona', email: 'mona@example.org' }, true],
    [{ name: 'octocat', email: '583231+octocat@users.noreply.github.com' }, true],
    [{ name: 'Mona', email: 'mona' }, false],
    [{ name: 'Mona <x>', email: 'mona@example.org' }, false],
    [{ name: 'Mona\nX: y', email: 'mona@example.org' }, false],
    [{ name: 'Mona', email: 'mona@example.org>\nX: y' }, false],
    [{ name: '', email: 'mona@example.org' }, false],
  ])('takes %j for a co-author: %s', (coAuthor, isTaken) => {
    expect(DeliveryRequest.safeParse({ pullRequest: { coAuthor } }).success).toBe(isTaken);
  });
});
