import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  ForgeConversation,
  ForgePermission,
  PullRequestFacts,
  ReviewRemark,
} from '../ports/forge-conversation.ts';

export type NewRemark = Omit<ReviewRemark, 'id' | 'author' | 'changedAt'>;

/** A repository that people talk in, and a credential that may talk there. */
export interface ConversationUnderTest {
  readonly talk: (signal?: AbortSignal) => Promise<ForgeConversation>;
  readonly permit: (login: string, permission: Extract<ForgePermission, 'admin' | 'write' | 'read'>) => void;
  /** A new issue. @returns its number. */
  readonly issue: () => number;
  /** A new pull request, as it must be told of. */
  readonly pull: (state: PullRequestFacts['state']) => Promise<PullRequestFacts>;
  /** A review of a pull request by `author`, which asks for changes unless it is said not to. @returns its id. */
  readonly review: (
    number: number,
    author: string,
    remarks: readonly NewRemark[],
    isRequest?: boolean,
  ) => number;
  /** Somebody comments on an issue. @returns the comment's id. */
  readonly hear: (number: number, author: string, body: string) => number;
  readonly remove: (commentId: number) => void;
  /** Everything that is said on an issue, oldest first. */
  readonly said: (number: number) => readonly { readonly author: string; readonly body: string }[];
  readonly reactionCount: () => number;
  /** The next comment is made, and the answer to it is lost. */
  readonly loseNextComment: () => void;
  readonly close: () => Promise<void>;
}

const MARK = '<!-- drydock:sticky:1 -->';
const remark = (path: string, text: string): NewRemark => ({
  path,
  line: 3,
  hunk: '@@ -1,2 +1,3 @@\n a\n+b',
  text,
});

/** Promises of `ForgeConversation`, for every adapter of it. */
export const conversationContract = (name: string, make: () => Promise<ConversationUnderTest>): void => {
  describe(`ForgeConversation contract: ${name}`, () => {
    let place: ConversationUnderTest;
    let talk: ForgeConversation;
    beforeEach(async () => {
      place = await make();
      talk = await place.talk();
    });
    afterEach(() => place.close());

    listening(
      () => place,
      () => talk,
    );
    speaking(
      () => place,
      () => talk,
    );
    stickiness(
      () => place,
      () => talk,
    );
  });
};

const listening = (place: () => ConversationUnderTest, talk: () => ForgeConversation): void => {
  it.each(['admin', 'write', 'read'] as const)('knows who has the permission %s', async (permission) => {
    place().permit('ada', permission);
    expect(await talk().permissionOf('ada')).toBe(permission);
    expect(await talk().permissionOf('a-stranger')).toBe('none');
  });

  it.each(['open', 'closed', 'merged'] as const)('tells of a pull request that is %s', async (state) => {
    const pull = await place().pull(state);
    expect(await talk().pullRequest(pull.number)).toEqual(pull);
  });

  it('knows that an issue is no pull request, and that there is none of a number', async () => {
    const number = place().issue();
    expect(await talk().pullRequest(number)).toBeNull();
    expect(await talk().pullRequest(4711)).toBeNull();
  });

  it('reads the remarks of one review, or of all, oldest first, with file, line and hunk', async () => {
    const { number } = await place().pull('open');
    const first = place().review(number, 'ada', [remark('a.ts', 'round here'), remark('b.ts', 'and here')]);
    const second = place().review(number, 'bob', [remark('a.ts', 'why?')]);
    expect(await talk().remarks(number, first)).toEqual([
      { ...remark('a.ts', 'round here'), id: expect.any(Number), author: 'ada', changedAt: expect.any(Date) },
      { ...remark('b.ts', 'and here'), id: expect.any(Number), author: 'ada', changedAt: expect.any(Date) },
    ]);
    expect((await talk().remarks(number, second)).map(({ text }) => text)).toEqual(['why?']);
    const all = (await talk().remarks(number, null)).map(({ text }) => text);
    expect(all).toEqual(['round here', 'and here', 'why?']);
    expect(await talk().remarks(number, 4711)).toEqual([]);
  });

  it('tells a review that asks for changes from one that does not, and from none', async () => {
    const { number } = await place().pull('open');
    const asking = place().review(number, 'ada', []);
    const talking = place().review(number, 'ada', [], false);
    const asked = [asking, talking, 4711].map((id) => talk().asksForChanges(number, id));
    expect(await Promise.all(asked)).toEqual([true, false, false]);
  });

  it('reads the newest 200 of more remarks', async () => {
    const { number } = await place().pull('open');
    const many = Array.from({ length: 250 }, (_, at) => remark('a.ts', String(at)));
    const review = place().review(number, 'ada', many);
    const read = await talk().remarks(number, review);
    expect(read.map(({ text }) => text)).toEqual(many.slice(50).map(({ text }) => text));
  });
};

const speaking = (place: () => ConversationUnderTest, talk: () => ForgeConversation): void => {
  it('reacts once, however often it is told to', async () => {
    const number = place().issue();
    const id = place().hear(number, 'ada', '/drydock');
    const ids = new Set<number>();
    for (let at = 0; at < 2; at++) {
      ids.add(await talk().react({ kind: 'issue', id: number }, 'eyes'));
      ids.add(await talk().react({ kind: 'comment', id }, 'eyes'));
      ids.add(await talk().react({ kind: 'comment', id }, 'rocket'));
    }
    expect([ids.size, place().reactionCount()]).toEqual([3, 3]);
  });

  it('comments under its own name on issues and pull requests, and edits in place', async () => {
    const self = await talk().self();
    const { number: pull } = await place().pull('open');
    for (const number of [place().issue(), pull]) {
      const id = await talk().comment(number, 'Queued.');
      expect(place().said(number)).toEqual([{ author: self, body: 'Queued.' }]);
      expect(await talk().editComment(id, 'Running.')).toBe(true);
      expect(place().said(number)).toEqual([{ author: self, body: 'Running.' }]);
    }
  });

  it('says nothing once the signal has fired', async () => {
    const number = place().issue();
    const controller = new AbortController();
    const given = await place().talk(controller.signal);
    controller.abort(new Error('enough'));
    await expect(given.comment(number, 'Queued.')).rejects.toThrow('enough');
    expect(place().said(number)).toEqual([]);
  });
};

const stickiness = (place: () => ConversationUnderTest, talk: () => ForgeConversation): void => {
  it('finds its own newest comment by a mark among many, and never that of somebody else', async () => {
    const number = place().issue();
    expect(await talk().findComment(number, MARK)).toBeNull();
    place().hear(number, 'eve', `mine! ${MARK}`);
    expect(await talk().findComment(number, MARK)).toBeNull();
    for (let at = 0; at < 120; at++) place().hear(number, 'ada', `talk ${String(at)}`);
    await talk().comment(number, `old ${MARK}`);
    const newest = await talk().comment(number, `new ${MARK}`);
    await talk().comment(number, 'without');
    place().hear(number, 'eve', `mine again! ${MARK}`);
    expect(await talk().findComment(number, MARK)).toBe(newest);
    expect(await talk().findComment(place().issue(), MARK)).toBeNull();
  });

  it('makes a comment once when the answer is lost, and finds it then', async () => {
    const number = place().issue();
    place().loseNextComment();
    const asked = talk().comment(number, `Queued. ${MARK}`);
    await expect(asked).rejects.toMatchObject({ code: 'forge_unreachable' });
    expect(place().said(number)).toHaveLength(1);
    expect(await talk().findComment(number, MARK)).toEqual(expect.any(Number));
  });

  it('says that a comment is gone', async () => {
    const number = place().issue();
    const id = await talk().comment(number, `Queued. ${MARK}`);
    place().remove(id);
    expect(await talk().editComment(id, 'Running.')).toBe(false);
    expect(await talk().findComment(number, MARK)).toBeNull();
  });
};
