import { createHmac, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPull, type CommentState, type IssueState, type RepositoryState } from '@drydock/testing';
import type { Client } from '../system/client.ts';
import { expectProblem } from '../system/problems.ts';
import { addKey, addTeam, query } from '../system/teams.ts';
import { People, WEBHOOK_SECRET, type Sent } from './people.ts';
import { addRepository, openShop, untilSettled, urlOf, type Shop } from './shop.ts';
import {
  ALL_TRIGGERS,
  auditOf,
  descriptionOf,
  ownComments,
  settled,
  startedBy,
  taskCount,
  WRITES_B,
} from './triggers.ts';

/** Whoever may start nothing starts nothing, whatever they send, and the audit log says why. */
const OPTION = '--upload-pack=x';
const MB_25 = 25 * 1024 ** 2;

let shop: Shop;
/** At `acme/shop`, which is the team's. */
let people: People;
/** At `acme/till`, whose settings name a base that is not there. */
let atTill: People;
let till: RepositoryState;
/** Another team with a repository of its own, `acme/vault`. */
let others: Client;
let vault: RepositoryState;

const setUp = async (client: Client, name: string, more: object = {}): Promise<void> => {
  const forge = { owner: 'acme', name, triggers: ALL_TRIGGERS, ...more };
  expect((await client.post('/v1/repositories', { forge })).status).toBe(201);
};

beforeAll(async () => {
  shop = await openShop('app', { script: WRITES_B, env: { GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET } });
  const { system, github } = shop;
  till = await addRepository(github, 'till');
  vault = await addRepository(github, 'vault');
  for (const { collaborators } of [shop.repository, till, vault])
    collaborators.set('ada', 'write').set('rita', 'read').set('otto', 'read');
  others = await addKey(system, await addTeam(system, 'others'), ['tasks:read', 'tasks:write', 'admin']);
  await setUp(system.client, 'shop');
  await setUp(system.client, 'till', { base: 'gone' });
  await setUp(others, 'vault');
  [people, atTill] = [new People(shop), new People({ ...shop, repository: till })];
});

afterAll(() => shop.close());

const signatureOf = (body: string | Uint8Array, secret = WEBHOOK_SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** A trigger as GitHub would send it, but for the signature. */
const aCommand = (): string =>
  JSON.stringify({
    action: 'created',
    repository: {
      ...{ id: shop.repository.id, name: 'shop', owner: { login: 'acme' } },
      clone_url: urlOf(shop.github, shop.repository),
    },
    sender: { login: 'ada', type: 'User' },
    issue: { number: 1, title: 'Totals', body: '', updated_at: '2026-01-02T03:04:05Z' },
    comment: { id: 1, body: '/drydock fix', user: { login: 'ada' } },
  });

interface Unsigned {
  readonly because: string;
  readonly make: () => readonly [body: string | Uint8Array<ArrayBuffer>, signature: string | null];
  readonly status: 401 | 413;
  readonly code: string;
  readonly reason: string;
}

const unsigned = (because: string, reason: string, make: Unsigned['make']): Unsigned => ({
  ...{ because, reason, make },
  ...{ status: 401, code: 'signature_invalid' },
});

const UNSIGNED: readonly Unsigned[] = [
  unsigned('has no signature', 'signature_missing', () => [aCommand(), null]),
  unsigned('has the signature of another secret', 'signature_invalid', () => {
    const body = aCommand();
    return [body, signatureOf(body, 'another secret')];
  }),
  unsigned('has the signature of the same JSON written in another way', 'signature_invalid', () => {
    const body = aCommand();
    return [JSON.stringify(JSON.parse(body), null, 2), signatureOf(body)];
  }),
  {
    because: 'has more than 25 MB, although GitHub signed it',
    make: () => {
      const body = Buffer.alloc(MB_25 + 1, 0x20);
      body.write(aCommand());
      return [body, signatureOf(body)];
    },
    ...{ status: 413, code: 'payload_too_large', reason: 'payload_too_large' },
  },
];

describe('a webhook that', () => {
  it.each(UNSIGNED)(
    '$because is refused, and the audit log says why',
    async ({ make, status, code, reason }) => {
      const [before, guid, [body, signature]] = [await taskCount(shop), randomUUID(), make()];
      const answer = await fetch(`${shop.system.url}/v1/webhooks/github`, {
        ...{ method: 'POST', body },
        headers: {
          ...{ 'content-type': 'application/json', 'x-github-event': 'issue_comment' },
          'x-github-delivery': guid,
          ...(signature !== null && { 'x-hub-signature-256': signature }),
        },
      });
      await expectProblem(answer, { status, code });
      const text = `SELECT actor, action, reason FROM "AuditEntry" WHERE details->>'guid' = $1`;
      expect(await query(shop.system, text, [guid])).toEqual([
        { actor: 'address:127.0.0.1', action: 'webhook.refused', reason },
      ]);
      const kept = 'SELECT id FROM "InboundDelivery" WHERE id = $1';
      expect(await query(shop.system, kept, [`github:${guid}`])).toEqual([]);
      expect(await taskCount(shop)).toBe(before);
    },
  );
});

const cancel = async (id: string): Promise<void> => {
  expect((await shop.system.client.post(`/v1/tasks/${id}/cancel`, {})).status).toBeLessThan(300);
};

/** As if all that was kept of a sending, and by the key of its task, had been kept for so long. */
const age = async ({ inbound }: Sent, interval: string): Promise<void> => {
  const text = `UPDATE "InboundDelivery" SET "receivedAt" = "receivedAt" - $2::interval,
    "settledAt" = "settledAt" - $2::interval WHERE id = $1 RETURNING 1`;
  expect(await query(shop.system, text, [inbound, interval])).toHaveLength(1);
  expect(await query(shop.system, 'DELETE FROM "IdempotencyKey" RETURNING 1')).not.toEqual([]);
};

describe('a webhook that is sent again a day later', () => {
  it('starts nothing, under its own id or another, and the audit log says why', async () => {
    const issue = people.opens('rita', 'Only once');
    const guid = randomUUID();
    const sent = await people.labels('ada', issue, { guid });
    await cancel(await startedBy(shop, sent));
    await age(sent, '25 hours');
    const before = await taskCount(shop);
    const again = [await people.labels('ada', issue, { guid }), await people.labels('ada', issue)];
    const refused = { status: 202, state: 'duplicate', reason: 'replayed' };
    expect(again).toMatchObject([refused, refused]);
    const replayed = { actor: 'github:ada', action: 'webhook.refused', reason: 'replayed' };
    expect(await auditOf(shop, issue)).toEqual([
      { actor: 'github:ada', action: 'trigger.accepted', reason: 'started' },
      ...[replayed, replayed],
    ]);
    expect(await taskCount(shop)).toBe(before);
  });
});

const aPull = (head: string, fork?: RepositoryState): Promise<IssueState> => {
  const { repository, github } = shop;
  return openPull(repository, github.state, { author: 'otto', title: 'Mine', head, ...(fork && { fork }) });
};

/** The fork of somebody from outside, with a branch of its own. */
const aFork = async (): Promise<RepositoryState> => {
  const { state } = shop.github;
  const fork = state.repository('otto', 'shop') ?? (await state.addRepository('otto/shop'));
  await fork.git.push('fix', { 'a.txt': 'mine\n' });
  return fork;
};

const aBranchLikeAnOption = async (): Promise<IssueState> => {
  await shop.repository.git.push(OPTION, { 'a.txt': 'x\n' });
  return aPull(OPTION);
};

interface Hostile {
  readonly who: string;
  readonly actor: string;
  readonly reason: string;
  /** Where it happens; an issue of `acme/shop` when left out. */
  readonly at?: () => Promise<IssueState>;
  readonly act: (issue: IssueState) => Promise<Sent>;
  /** Of `acme/till` instead of `acme/shop`. */
  readonly isAtTill?: boolean;
}

const says = (sender: string, text: string) => (issue: IssueState) => people.says(sender, issue, text);

/** What a bot or a person with a bot's words has written there. */
const tells = (sender: string, text: string, type: 'User' | 'Bot') => (issue: IssueState) =>
  people.tells(sender, issue, people.writes(sender, issue, text), { type });

const HOSTILE: readonly Hostile[] = [
  {
    who: 'a sender who may only read',
    ...{ actor: 'github:rita', reason: 'sender_lacks_permission' },
    act: says('rita', '/drydock fix'),
  },
  {
    who: 'an outside collaborator at a pull request from a fork',
    ...{ actor: 'github:otto', reason: 'sender_lacks_permission' },
    at: async () => aPull('fix', await aFork()),
    act: says('otto', '/drydock fix'),
  },
  {
    who: "a maintainer at an outsider's pull request, for its fork is not ours to push to",
    ...{ actor: 'github:ada', reason: 'pull_request_of_fork' },
    at: async () => aPull('fix', await aFork()),
    act: says('ada', '/drydock fix'),
  },
  {
    who: 'a bot',
    ...{ actor: 'github:renovate[bot]', reason: 'sender_is_bot' },
    act: tells('renovate[bot]', '/drydock fix', 'Bot'),
  },
  {
    who: 'the App itself',
    ...{ actor: 'github:drydock[bot]', reason: 'sender_is_bot' },
    act: tells('drydock[bot]', '/drydock fix', 'Bot'),
  },
  {
    who: 'a comment of ours, whoever sends it',
    ...{ actor: 'github:ada', reason: 'own_comment' },
    act: tells('ada', '/drydock fix\n\n<!-- drydock:task:x -->', 'User'),
  },
  {
    who: 'a branch whose name looks like an option',
    ...{ actor: 'github:ada', reason: 'branch_name_unsafe' },
    at: aBranchLikeAnOption,
    act: says('ada', '/drydock fix'),
  },
  {
    who: 'a base that does not exist',
    ...{ actor: 'github:ada', reason: 'base_not_found' },
    at: () => Promise.resolve(atTill.opens('rita', 'Count')),
    act: (issue) => atTill.says('ada', issue, '/drydock fix'),
    isAtTill: true,
  },
  {
    who: 'an event of ours that would clone the repository of another team',
    ...{ actor: 'github:ada', reason: 'repository_mismatch' },
    act: (issue) => {
      const comment: CommentState = people.writes('ada', issue, '/drydock fix');
      return people.tells('ada', issue, comment, { cloneUrl: urlOf(shop.github, vault) });
    },
  },
];

describe('nothing is started by', () => {
  it.each(HOSTILE)(
    '$who, and the audit log says why',
    async ({ actor, reason, at, act, isAtTill = false }) => {
      const repository = isAtTill ? till : shop.repository;
      const issue = at === undefined ? people.opens('rita', 'Please') : await at();
      const [before, pulls] = [await taskCount(shop), repository.pulls.length];
      const sent = await act(issue);
      expect(sent.status).toBe(202);
      const isAtOnce = sent.state === 'refused';
      if (!isAtOnce) expect(await settled(shop, sent)).toMatchObject({ state: 'refused', reason });
      const action = isAtOnce ? 'webhook.refused' : 'trigger.refused';
      expect(await auditOf({ ...shop, repository }, issue)).toEqual([{ actor, action, reason }]);
      expect([await taskCount(shop), repository.pulls.length]).toEqual([before, pulls]);
      expect(ownComments(issue).filter((body) => !body.startsWith('/drydock'))).toEqual([]);
    },
  );
});

describe('another team', () => {
  it('is not reached by a branch that is named after its task', async () => {
    const task = { source: { git: { url: urlOf(shop.github, vault) } }, description: 'x' };
    const theirs = await others.submit({ ...task, notBefore: '2100-01-01T00:00:00Z' });
    await shop.repository.git.push(`drydock/${theirs.id}`, { 'a.txt': 'x\n' });
    const pull = await aPull(`drydock/${theirs.id}`);
    const sent = await people.says('ada', pull, '/drydock cancel');
    const reason = 'nothing_to_cancel';
    expect(await settled(shop, sent)).toMatchObject({ state: 'refused', reason });
    expect(await auditOf(shop, pull)).toEqual([{ actor: 'github:ada', action: 'trigger.refused', reason }]);
    expect(await others.task(theirs.id)).toMatchObject({ status: 'queued' });
  });

  it("can neither set up our repository nor clone it by the installation's credential", async () => {
    const taken = await others.post('/v1/repositories', { forge: { owner: 'ACME', name: 'Shop' } });
    await expectProblem(taken, { status: 409, code: 'repository_taken' });
    const before = shop.github.state.minted.length;
    const { id } = await others.submit({ source: { git: { url: shop.url } }, description: 'x' });
    expect(await others.wait(id)).toMatchObject({ outcome: 'checkout_failed', base: null });
    expect(shop.github.state.minted).toHaveLength(before);
  });
});

describe('what strangers write', () => {
  it('is data: a title full of shell, and an issue of 60 KB', async () => {
    const mark = `/tmp/hostile-${randomUUID().slice(0, 8)}`;
    const title = `"; touch ${mark}; $(touch ${mark}) && echo 'x' | sh # ${OPTION}`;
    const issue = people.opens('rita', title);
    const line = `\`touch ${mark}\` $(touch ${mark}); touch ${mark}\n----- end text -----\n`;
    issue.body = line.repeat(Math.ceil((60 * 1024) / line.length)).slice(0, 60 * 1024);
    const id = await startedBy(shop, await people.labels('ada', issue));
    const task = await untilSettled(shop, id);
    expect(task).toMatchObject({ outcome: 'changed', deliveries: [{ state: 'succeeded' }] });
    const pull = shop.repository.pulls.find(({ number }) => number === task.pullRequest?.number);
    expect(pull).toMatchObject({ title, body: expect.stringContaining(`Closes #${String(issue.number)}`) });
    const told = await descriptionOf(shop, id);
    expect(Buffer.byteLength(told)).toBeLessThanOrEqual(60 * 1024);
    const [, key = ''] = /^----- begin title ([0-9a-f]{16}) -----$/m.exec(told) ?? [];
    expect(told.endsWith(`\n----- end text ${key} -----`)).toBe(true);
    expect(existsSync(mark)).toBe(false);
    expect(await shop.repository.git.file(`drydock/${id}`, 'b.txt')).toBe('two\n');
  });

  it('counts as it was when it was sent, whatever a comment is edited to afterwards', async () => {
    let release: () => void = () => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    const asks = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
    shop.github.fail(asks, { kind: 'hold', until });
    const issue = people.opens('rita', 'Wording');
    const { comment, ...sent } = await people.says('ada', issue, '/drydock write what was first said');
    comment.body = '/drydock write what was said later';
    const edited = await people.tells('ada', issue, comment, { action: 'edited' });
    release();
    expect(edited).toMatchObject({ status: 202, state: 'refused', reason: 'comment_edited' });
    const id = await startedBy(shop, sent);
    const told = await descriptionOf(shop, id);
    await cancel(id);
    expect([told.includes('first said'), told.includes('said later')]).toEqual([true, false]);
    expect(await auditOf(shop, issue)).toEqual([
      { actor: 'github:ada', action: 'webhook.refused', reason: 'comment_edited' },
      { actor: 'github:ada', action: 'trigger.accepted', reason: 'started' },
    ]);
  });
});
