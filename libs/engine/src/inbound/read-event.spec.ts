import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FrozenTrigger } from '@drydock/contracts';
import { MAX_TEXT_BYTES, readEvent } from './read-event.ts';

const SELF = 'drydock-acme[bot]';
const repository = {
  id: 11,
  name: 'shop',
  owner: { login: 'acme', type: 'Organization' },
  clone_url: 'https://github.com/acme/shop.git',
};
const sender = { id: 583231, login: 'octocat', type: 'User' };
const issue = { number: 7, title: 'Wrong', body: 'By a cent', updated_at: '2026-01-02T03:04:05Z' };
const pull_request = { number: 8, title: 'Fix', body: null };
const common = { repository, sender };

const labeled = { ...common, action: 'labeled', issue, label: { name: 'Drydock' } };
const assigned = { ...common, action: 'assigned', issue, assignee: { login: SELF, type: 'Bot' } };
const commented = (body: string, more: object = {}) => ({
  ...common,
  action: 'created',
  issue,
  comment: { id: 21, body, user: sender },
  ...more,
});
const reviewed = (body: string | null, state = 'changes_requested', more: object = {}) => ({
  ...common,
  action: 'submitted',
  pull_request,
  review: { id: 31, body, state, user: sender },
  ...more,
});
const remarked = (body: string, more: object = {}) => ({
  ...common,
  action: 'created',
  pull_request,
  comment: { id: 41, body, user: sender, path: 'src/a.ts', line: 3, diff_hunk: '@@ -1 +1 @@', ...more },
});

const read = (event: string, payload: unknown) => readEvent(event, payload, SELF);

describe('readEvent', () => {
  it.each<[string, string, object, object]>([
    ['the label', 'issues', labeled, { kind: 'label', number: 7, said: null, isPullRequest: false }],
    ['an assignment', 'issues', assigned, { kind: 'assignment', assignee: SELF }],
    ['a command', 'issue_comment', commented('/drydock fix'), { kind: 'comment', said: { id: 21 } }],
    ['a mention', 'issue_comment', commented('@drydock-acme fix'), { kind: 'mention' }],
    [
      'a command on a pull request',
      'issue_comment',
      commented('/drydock fix', { issue: { ...issue, pull_request: { url: 'x' } } }),
      { kind: 'comment', isPullRequest: true },
    ],
    ['a request for changes', 'pull_request_review', reviewed(null), { kind: 'review', number: 8 }],
    [
      'a command in a review',
      'pull_request_review',
      reviewed('/drydock x', 'commented'),
      { kind: 'comment' },
    ],
    [
      'a command in a remark',
      'pull_request_review_comment',
      remarked('/drydock fix'),
      { kind: 'comment', said: { id: 41, text: '/drydock fix', at: { path: 'src/a.ts', line: 3 } } },
    ],
  ])('takes %s for a trigger', (_what, event, payload, trigger) => {
    const { owner, name, id, clone_url: cloneUrl } = repository;
    expect(read(event, payload)).toMatchObject({
      is: 'trigger',
      trigger: {
        sender: 'octocat',
        senderId: 583231,
        repository: { id, owner: owner.login, name, cloneUrl },
        ...trigger,
      },
    });
  });

  it.each<[string, string, object, string]>([
    ['another event', 'push', {}, 'event_not_used'],
    ['another action', 'issues', { ...labeled, action: 'closed' }, 'action_not_used'],
    ['a deleted comment', 'issue_comment', commented('/drydock x', { action: 'deleted' }), 'action_not_used'],
    ['another label', 'issues', { ...labeled, label: { name: 'bug' } }, 'no_trigger'],
    ['the label taken off', 'issues', { ...labeled, action: 'unlabeled' }, 'action_not_used'],
    ['an edited issue', 'issues', { ...labeled, action: 'edited' }, 'no_trigger'],
    ['somebody else assigned', 'issues', { ...assigned, assignee: sender }, 'no_trigger'],
    ['somebody else mentioned', 'issue_comment', commented('@mona look'), 'no_trigger'],
    ['talk', 'issue_comment', commented('try /drydock'), 'no_trigger'],
    ['an edit of talk', 'issue_comment', commented('talk', { action: 'edited' }), 'no_trigger'],
    ['an approval', 'pull_request_review', reviewed('good', 'approved'), 'no_trigger'],
  ])('ignores %s', (_what, event, payload, reason) => {
    expect(read(event, payload)).toEqual({ is: 'ignored', reason });
  });

  it.each<[string, string, object, string]>([
    [
      'a bot',
      'issue_comment',
      commented('/drydock x', { sender: { login: 'x', type: 'Bot' } }),
      'sender_is_bot',
    ],
    ['the App itself', 'issues', { ...labeled, sender: { login: SELF, type: 'User' } }, 'sender_is_bot'],
    ['an organisation', 'issues', { ...labeled, sender: repository.owner }, 'sender_is_bot'],
    ['our own comment', 'issue_comment', commented('/drydock x <!-- drydock:t -->'), 'own_comment'],
    [
      'a comment edited later',
      'issue_comment',
      commented('/drydock x', { action: 'edited' }),
      'comment_edited',
    ],
    [
      'a review edited later',
      'pull_request_review',
      reviewed('x', 'changes_requested', { action: 'edited' }),
      'comment_edited',
    ],
    [
      "somebody else's words",
      'issue_comment',
      commented('/drydock x', { sender: { login: 'mona', type: 'User' } }),
      'sender_is_not_author',
    ],
    ['half a payload', 'issue_comment', { ...common, action: 'created' }, 'payload_invalid'],
    [
      'a number of its own',
      'issues',
      { ...labeled, issue: { ...issue, number: '7; rm' } },
      'payload_invalid',
    ],
  ])('refuses %s', (_what, event, payload, reason) => {
    expect(read(event, payload)).toMatchObject({ is: 'refused', reason });
  });

  it('is unsure who is meant as long as we do not know our name', () => {
    expect(readEvent('issue_comment', commented('@mona look'), null)).toMatchObject({ is: 'trigger' });
    expect(readEvent('issue_comment', commented('look'), null)).toMatchObject({ is: 'ignored' });
  });

  it('writes down nothing of bots and edits that may mean somebody else', () => {
    const byBot = { sender: { login: 'renovate[bot]', type: 'Bot' } };
    const edited = { action: 'edited' };
    for (const more of [byBot, edited]) {
      const ofMention = readEvent('issue_comment', commented('@mona look', more), null);
      expect(ofMention).toEqual({ is: 'ignored', reason: 'no_trigger' });
      expect(readEvent('issue_comment', commented('/drydock', more), null)).toMatchObject({ is: 'refused' });
    }
  });
});

describe('the semantic key', () => {
  const keyOf = (event: string, payload: object): string | null => {
    const found = read(event, payload);
    return found.is === 'trigger' ? found.semanticKey : null;
  };

  it('is the same for one comment, whatever else the events say', () => {
    expect(keyOf('issue_comment', commented('/drydock a'))).toBe(
      keyOf('issue_comment', commented('/drydock b')),
    );
  });

  it('is the same for all remarks of one review, and another for the review itself', () => {
    const ofReview = (id: number, review: number) =>
      keyOf('pull_request_review_comment', remarked('/drydock', { id, pull_request_review_id: review }));
    expect(ofReview(41, 31)).toBe(ofReview(42, 31));
    expect(
      new Set([ofReview(41, 31), ofReview(41, 32), keyOf('pull_request_review', reviewed('x'))]).size,
    ).toBe(3);
  });

  it('tells comments, remarks, reviews, issues and repositories apart', () => {
    const keys = [
      keyOf('issues', labeled),
      keyOf('issues', assigned),
      keyOf('issues', { ...assigned, assignee: { ...assigned.assignee, login: SELF.toUpperCase() } }),
      keyOf('issues', { ...labeled, issue: { ...issue, number: 8 } }),
      keyOf('issues', { ...labeled, repository: { ...repository, id: 12 } }),
      keyOf('issue_comment', commented('/drydock')),
      keyOf('issue_comment', commented('/drydock', { comment: { id: 22, body: '/drydock', user: sender } })),
      keyOf('pull_request_review', reviewed('x')),
      keyOf('pull_request_review_comment', remarked('/drydock')),
    ];
    expect(keys).not.toContain(null);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('lets the label be put on again later, but not be sent again', () => {
    const later = { ...labeled, issue: { ...issue, updated_at: '2026-01-03T00:00:00Z' } };
    expect(keyOf('issues', later)).not.toBe(keyOf('issues', labeled));
    expect(keyOf('issues', { ...labeled })).toBe(keyOf('issues', labeled));
  });
});

describe('what is frozen', () => {
  it('is of bounded size, whatever is sent', () => {
    const huge = 'ü'.repeat(2_000_000);
    const payload = commented(`/drydock ${huge}`, { issue: { ...issue, title: huge, body: huge } });
    const found = read('issue_comment', payload);
    if (found.is !== 'trigger') throw new Error('no trigger');
    const { title, body, said } = found.trigger;
    expect(Buffer.byteLength(title)).toBeLessThanOrEqual(1024);
    for (const text of [body, said?.text ?? huge])
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_TEXT_BYTES);
  });

  it('has the time at which it was said', () => {
    const saidAt = '2026-01-02T03:04:05Z';
    const comment = { ...commented('').comment, body: '/drydock x', created_at: saidAt };
    const review = { ...reviewed('x').review, submitted_at: saidAt };
    for (const found of [
      read('issue_comment', commented('', { comment })),
      read('pull_request_review', reviewed('x', 'changes_requested', { review })),
      read('pull_request_review_comment', remarked('/drydock x', { created_at: saidAt })),
    ])
      expect(found).toMatchObject({ trigger: { said: { saidAt } } });
  });

  it('fits its schema, and nothing that is sent makes the reader throw', () => {
    const anything = fc.anything({ withNullPrototype: true });
    const event = fc.constantFrom(
      'issues',
      'issue_comment',
      'pull_request_review',
      'pull_request_review_comment',
      'x',
    );
    const near = fc.constantFrom<object>(
      labeled,
      assigned,
      commented('/drydock'),
      reviewed('x'),
      remarked('@a'),
    );
    const broken = fc
      .tuple(
        near,
        fc.dictionary(fc.constantFrom('action', 'issue', 'sender', 'comment', 'review', 'label'), anything),
      )
      .map(([payload, more]) => ({ ...payload, ...more }));
    fc.assert(
      fc.property(event, fc.oneof(anything, broken), (name, payload) => {
        const found = read(name, payload);
        if (found.is === 'trigger') expect(FrozenTrigger.safeParse(found.trigger).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
