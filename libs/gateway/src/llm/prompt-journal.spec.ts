import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redactor } from '@drydock/domain';
import { PromptJournal } from './prompt-journal.ts';

const SECRET = 'sk-canary-0123456789';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

const make = (bounds: { maxJournalFieldBytes?: number; maxJournalBytes?: number } = {}): PromptJournal =>
  new PromptJournal(join(folder, 'prompts.jsonl'), new Redactor([SECRET]), {
    maxJournalFieldBytes: 1000,
    maxJournalBytes: 100_000,
    ...bounds,
  });
const add = (
  journal: PromptJournal,
  head: object,
  request: unknown,
  response: unknown = null,
): Promise<void> =>
  journal.append({ head, requestJson: JSON.stringify(request), responseJson: JSON.stringify(response) });
const lines = async (): Promise<Record<string, unknown>[]> =>
  (await readFile(join(folder, 'prompts.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('PromptJournal', () => {
  it('keeps whole lines in order, whoever writes at once', async () => {
    const journal = make();
    const texts = Array.from({ length: 50 }, (_, index) => ({ text: `line\n${String(index)}` }));
    await Promise.all(texts.map((request) => add(journal, {}, request)));
    await journal.close();
    expect((await lines()).map((line) => line['request'])).toEqual(texts);
    expect((await stat(join(folder, 'prompts.jsonl'))).mode & 0o777).toBe(0o600);
  });

  it('masks secrets in every part of a line', async () => {
    const journal = make();
    const text = `"${SECRET}" ${Buffer.from(SECRET).toString('base64')}`;
    await add(journal, { error: text }, { text }, text);
    await journal.close();
    expect(JSON.stringify(await lines())).not.toMatch(/canary|c2stY2FuYXJ5/);
  });

  it('never shows the part of a secret that a cut goes through', async () => {
    for (let max = 1; max < 40; max++) {
      const journal = make({ maxJournalFieldBytes: max });
      await add(journal, {}, `x ${SECRET} y`);
      await journal.close();
    }
    expect(JSON.stringify(await lines())).not.toContain('sk-');
  });

  it('says how much it cut', async () => {
    const journal = make();
    await add(journal, {}, 'x'.repeat(5000), {});
    await journal.close();
    expect(await lines()).toMatchObject([{ request: { truncatedBytes: 4002 }, response: {} }]);
  });

  it('goes on without texts once it is full', async () => {
    const journal = make({ maxJournalBytes: 100 });
    for (let i = 0; i < 3; i++) await add(journal, { i }, 'x'.repeat(60), 1);
    await journal.close();
    expect(await lines()).toMatchObject([
      { i: 0 },
      { i: 1, journalFull: true, request: null },
      { i: 2, request: null },
    ]);
  });
});
