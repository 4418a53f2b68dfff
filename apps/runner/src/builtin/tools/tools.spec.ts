import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JobContext } from '../../jobs/job-context.ts';
import { LogSink } from '../../output/log-sink.ts';
import { ProcessGroups } from '../../process/process-groups.ts';
import { MessageWriter } from '../../protocol/message-writer.ts';
import { bash } from './bash.ts';
import { editFile } from './edit-file.ts';
import { readFile } from './read-file.ts';
import type { Tool } from './tool.ts';
import { writeFile } from './write-file.ts';

let folder: string;
let context: JobContext;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tools-')));
  mkdirSync(join(folder, 'w'));
  mkdirSync(join(folder, 'home'));
  const writer = new MessageWriter();
  context = {
    writer,
    log: new LogSink(writer, 0),
    groups: new ProcessGroups(),
    env: { PATH: '/usr/bin:/bin', HOME: join(folder, 'home') },
    workspace: join(folder, 'w'),
    signal: new AbortController().signal,
  };
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const put = (name: string, content: string | Buffer): void => writeFileSync(join(folder, 'w', name), content);
const bytes = (name: string): string => readFileSync(join(folder, 'w', name), 'latin1');
const use = async (tool: Tool, input: Record<string, unknown>): Promise<string> =>
  (await tool.run(input, context)).output;
const refusal = (tool: Tool, input: Record<string, unknown>): Promise<string> =>
  use(tool, input).then(
    (output) => `no refusal: ${output}`,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('paths', () => {
  it.each(['../../../x', '/etc/passwd', 'link/passwd', '', 'a\0b'])(
    'outside or senseless are refused: %j',
    async (path) => {
      symlinkSync('/etc', join(folder, 'w/link'));
      expect(await refusal(readFile, { path })).toMatch(/outside of|NUL/);
    },
  );

  it('may lie in HOME', async () => {
    expect(await use(writeFile, { path: '~/notes/n', content: 'x' })).toContain('Created');
    expect(readFileSync(join(folder, 'home/notes/n'), 'utf8')).toBe('x');
  });
});

describe('read_file', () => {
  it('numbers lines, and tells how to see the rest', async () => {
    put('f', 'a\nb\nc\n');
    expect(await use(readFile, { path: 'f' })).toBe('     1\ta\n     2\tb\n     3\tc');
    const part = await use(readFile, { path: 'f', offset: 2, limit: 1 });
    expect(part).toMatch(/^ {5}2\tb\n\[lines 2-2 of 3 shown/);
  });

  it('stays within its bound, also for one long line', async () => {
    put('many', 'line\n'.repeat(10_000));
    put('long', 'x'.repeat(100_000));
    for (const path of ['many', 'long'])
      expect((await use(readFile, { path })).length).toBeLessThanOrEqual(16_000);
    expect(await use(readFile, { path: 'long' })).toContain('100000 characters');
  });

  it.each([
    ['binary', Buffer.from([1, 0, 2]), 'is binary'],
    ['nothing', null, 'does not exist'],
  ])('refuses %s', async (_name, content, words) => {
    if (content !== null) put('f', content);
    expect(await refusal(readFile, { path: 'f' })).toContain(words);
  });

  it('refuses folders, and offsets past the end', async () => {
    put('f', 'a\n');
    expect(await refusal(readFile, { path: '.' })).toContain('folder');
    expect(await refusal(readFile, { path: 'f', offset: 9 })).toContain('only 1 lines');
  });

  it.each<[string, Buffer]>([
    ['Latin-1', Buffer.from('caf\xe9', 'latin1')],
    ['UTF-16LE', Buffer.from('\ufeffcaf\xe9', 'utf16le')],
  ])('shows %s', async (name, content) => {
    put('f', content);
    const shown = await use(readFile, { path: 'f' });
    expect(shown).toContain('café');
    expect(shown).toContain(`encoding: ${name}`);
  });
});

describe('write_file', () => {
  it('refuses a pipe, which would wait for its reader', async () => {
    const pipe = join(folder, 'w/pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, 'r+');
    expect(await refusal(writeFile, { path: 'pipe', content: 'x' })).toContain('not a regular file');
    closeSync(reader);
  });
});

describe('edit_file', () => {
  it('shows the lines around the change', async () => {
    put('f', Array.from({ length: 20 }, (_, i) => `line ${String(i + 1)}`).join('\n'));
    const shown = await use(editFile, { path: 'f', old: 'line 10\n', new: 'ten\nand a half\n' });
    expect(
      shown
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split('\t')[0]),
    ).toEqual(['6', '7', '8', '9', '10', '11', '12', '13', '14', '15']);
  });

  it.each([
    ['white space', 'f(a,  b)', /Line 2 matches its first line when white space is ignored/],
    ['a word', 'function alpha(beta, gamma)', /nearest lines[^]*function alpha\(beta\)/],
    ['all', 'zzz', /No line is like/],
  ])('explains a miss by %s', async (_name, old, words) => {
    put('f', 'x\n\tf(a, b)\nfunction alpha(beta)\n');
    expect(await refusal(editFile, { path: 'f', old, new: '' })).toMatch(words);
    expect(bytes('f')).toBe('x\n\tf(a, b)\nfunction alpha(beta)\n');
  });

  it('explains a miss in few words, however long the lines are and however many are alike', async () => {
    put('long', `${'word '.repeat(1_000_000)}\n`);
    put('many', '  }\n'.repeat(19_000));
    for (const [path, old] of [
      ['long', 'word words'],
      ['many', '    }\nx'],
    ] as const)
      expect((await refusal(editFile, { path, old, new: '' })).length).toBeLessThan(6000);
    expect(await refusal(editFile, { path: 'many', old: '    }\nx', new: '' })).toContain(
      '20 and 18980 more',
    );
  });

  it('counts no more matches than anybody wants to know', async () => {
    put('f', 'e'.repeat(1_000_000));
    expect(await refusal(editFile, { path: 'f', old: 'e', new: '' })).toContain('at least 1000 times');
    put('crlf', 'a\r\n'.repeat(10_000));
    expect(await refusal(editFile, { path: 'crlf', old: 'a\n', new: '' })).toContain('at least 1000 times');
  });

  it('names the lines of several matches', async () => {
    put('f', 'a\nb\na\n');
    expect(await refusal(editFile, { path: 'f', old: 'a', new: 'c' })).toContain('2 times, at lines 1, 3');
  });

  it.each([
    ['CRLF', 'a\r\nb\r\nc\r\n', 'a\nb', 'A\nB', 'A\r\nB\r\nc\r\n'],
    ['mixed, in a CRLF part', 'a\r\nb\nc\n', 'a\nb', 'A\nB', 'A\r\nB\nc\n'],
    ['a line of a CRLF file', 'a\r\nb\r\n', 'b', 'b\nc', 'a\r\nb\r\nc\r\n'],
    ['LF', 'a\nb\n', 'a\n', '', 'b\n'],
    ['dollar signs', 'a $1 b', 'a', '$&$1', '$&$1 $1 b'],
  ])('keeps line endings: %s', async (_name, before, old, replacement, after) => {
    put('f', before);
    const outcome = await use(editFile, { path: 'f', old, new: replacement });
    expect(outcome).toContain('Edited');
    if (!before.startsWith('a\r\nb\nc')) expect(bytes('f')).toBe(after);
    else expect(bytes('f').endsWith('\nc\n')).toBe(true);
  });

  it('keeps encodings, order marks and modes', async () => {
    put('u', Buffer.from('\ufeffein\r\nzwei', 'utf16le'));
    put('b', '\ufeffone\n');
    chmodSync(join(folder, 'w/b'), 0o755);
    await use(editFile, { path: 'u', old: 'zwei', new: 'žwei' });
    await use(editFile, { path: 'b', old: 'one', new: 'two' });
    expect(readFileSync(join(folder, 'w/u')).equals(Buffer.from('\ufeffein\r\nžwei', 'utf16le'))).toBe(true);
    expect(readFileSync(join(folder, 'w/b'), 'utf8')).toBe('\ufefftwo\n');
    expect(statSync(join(folder, 'w/b')).mode & 0o777).toBe(0o755);
  });

  it('refuses what the encoding lacks, and changes that are none', async () => {
    put('l', Buffer.from('caf\xe9', 'latin1'));
    expect(await refusal(editFile, { path: 'l', old: 'caf', new: '😀' })).toContain('Latin-1');
    expect(await refusal(editFile, { path: 'l', old: 'caf', new: 'caf' })).toContain('the same');
    expect(await refusal(editFile, { path: 'l', old: '', new: 'caf' })).toContain('empty');
    expect(bytes('l')).toBe('caf\xe9');
  });
});

describe('bash', () => {
  it('cuts long output in the middle and says how much', async () => {
    const result = await bash.run({ command: 'seq 1 100000' }, context);
    expect(result.output.length).toBeLessThan(10_200);
    expect(result.output).toMatch(/^1\n2\n[^]*\d+ bytes cut here[^]*\n100000\n\[exit code 0\]$/);
    expect(result.truncatedBytes).toBe(588_895 - 10_000);
  });

  it('cuts between characters', async () => {
    const { output } = await bash.run({ command: 'yes ä😀 | head -c 900004' }, context);
    expect(output).not.toContain('\ufffd');
    expect(output.isWellFormed()).toBe(true);
  });

  it('ends a command in time, with all it started', async () => {
    const before = performance.now();
    const result = await bash.run({ command: 'echo begun; sleep 50 | cat', timeoutSeconds: 1 }, context);
    expect(result).toMatchObject({
      exitCode: null,
      output: expect.stringMatching(/^begun\n\[timed out after 1 s/),
    });
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  it('does not wait for what runs in the background', async () => {
    const before = performance.now();
    expect(await use(bash, { command: 'sleep 50 & echo on' })).toBe('on\n[exit code 0]');
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  it('has no input, pager or prompt', async () => {
    expect(await use(bash, { command: 'cat; echo $PAGER $TERM' })).toBe('cat dumb\n[exit code 0]');
  });

  it.each([{ command: '' }, { command: 'a\0' }, { command: 3 }, { command: 'x', timeoutSeconds: 'soon' }])(
    'refuses %j',
    async (input) => {
      expect(await refusal(bash, input)).not.toContain('no refusal');
    },
  );
});
