import {
  chown,
  lstat,
  mkdtemp,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ZipFile } from 'yazl';
import { LINK_MODE, rawZip, type RawEntry } from './testing/raw-zip.ts';
import { YauzlArchives } from './yauzl-archives.ts';

let temp = '';
beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), 'dd-zip-'));
});
afterAll(() => rm(temp, { recursive: true, force: true }));

const archives = new YauzlArchives();

async function* bytesOf(zip: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < zip.length; at += 65_536) yield await Promise.resolve(zip.subarray(at, at + 65_536));
}

let count = 0;
const extract = async (zip: Buffer, root: string | null = null, signal = new AbortController().signal) => {
  const area = join(temp, String(++count));
  const directory = join(area, 'work');
  await mkdir(directory, { recursive: true });
  const extracting = archives.extract({ archive: bytesOf(zip), directory, root }, signal);
  return {
    area,
    directory,
    outcome: await extracting.then(
      (value) => ({ ...value, code: 'done' }),
      (error: unknown) => ({ notices: [], code: codeOf(error) }),
    ),
  };
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

const inspect = async (zip: Buffer, root: string | null = null) => {
  const path = join(temp, `${String(++count)}.zip`);
  await writeFile(path, zip);
  return archives.inspect(path, root).then(
    (summary) => ({ ...summary, code: 'done' }),
    (error: unknown) => ({ code: codeOf(error) }),
  );
};

const CP437 = Buffer.from([0x81, 0x2e, 0x74]); // ü.t
const BIG = Buffer.alloc(3_000_000, 'the quick brown fox ');
const GOOD: RawEntry[] = [
  { name: 'shop/', mode: 0o040755 },
  { name: 'shop/bin/run', data: '#!/bin/sh\n', mode: 0o104755 },
  { name: 'shop/text', data: 'hello\r\n', method: 8, localName: 'other' },
  { name: 'shop/big', data: BIG, method: 8 },
  { name: 'shop/stored', data: BIG },
  { name: 'shop/link', data: 'bin/../text', mode: LINK_MODE },
  { name: 'shop/sub/up', data: '../text', mode: LINK_MODE },
  { name: 'shop/.git/config', data: '[core]\n\tfsmonitor = "touch /tmp/x"\n' },
  { name: Buffer.concat([Buffer.from('shop/'), CP437]), flags: 0, data: 'u' },
  { name: 'shop/tab\there', flags: 0, data: 't' },
  { name: 'shop/empty', method: 8 },
];

describe('YauzlArchives', () => {
  it('unpacks bytes, executable bits and inner links, and leaves no spool (Z05, Z07, Z10, Z12, Z14)', async () => {
    const { area, directory, outcome } = await extract(rawZip(GOOD));
    expect(outcome).toMatchObject({ code: 'done', notices: [{ code: 'git_dir_skipped' }] });
    expect((await readdir(directory)).sort()).toEqual(
      ['bin', 'big', 'empty', 'link', 'stored', 'sub', 'tab\there', 'text', 'ü.t'].sort(),
    );
    expect(await readFile(join(directory, 'text'), 'latin1')).toBe('hello\r\n');
    expect(BIG.equals(await readFile(join(directory, 'big')))).toBe(true);
    expect(BIG.equals(await readFile(join(directory, 'stored')))).toBe(true);
    expect((await stat(join(directory, 'bin/run'))).mode & 0o7777).toBe(0o755);
    expect((await stat(join(directory, 'text'))).mode & 0o7777).toBe(0o644);
    expect(await readlink(join(directory, 'link'))).toBe('bin/../text');
    expect(await readdir(area)).toEqual(['work']);
  });

  it('tells what the central directory shows', async () => {
    expect(await inspect(rawZip(GOOD))).toMatchObject({ code: 'done', entries: GOOD.length });
    expect(await inspect(rawZip(GOOD), 'shop/bin')).toMatchObject({ code: 'done' });
    expect(await inspect(rawZip(GOOD), 'nope')).toEqual({ code: 'archive_root_missing' });
  });

  const sound = rawZip([{ name: 'a', data: 'abc' }]);
  const unicodePath = (path: Buffer): Buffer => {
    const field = Buffer.concat([Buffer.alloc(9), path]);
    field.writeUInt16LE(0x7075, 0);
    field.writeUInt16LE(5 + path.length, 2);
    field.writeUInt8(1, 4);
    field.writeUInt32LE(0xe8b7be43, 5); // CRC-32 of "a"
    return field;
  };

  it.each<[string, Buffer, string]>([
    ['a path out (Z01)', rawZip([{ name: '../e' }]), 'archive_path'],
    ['a link out (Z05)', rawZip([{ name: 'l', data: '/etc/passwd', mode: LINK_MODE }]), 'archive_entry_type'],
    [
      'a link above the root that is cut off (Z05)',
      rawZip([{ name: 'r/l', data: '../x', mode: LINK_MODE }]),
      'archive_entry_type',
    ],
    ['bad UTF-8 (Z11)', rawZip([{ name: Buffer.from([0x61, 0xff]) }]), 'archive_path'],
    [
      'a bad Unicode path (Z13)',
      rawZip([{ name: 'a', extra: unicodePath(Buffer.from('../x')) }]),
      'archive_path',
    ],
    [
      'bad UTF-8 in it (Z13)',
      rawZip([{ name: 'a', extra: unicodePath(Buffer.from([0xff])) }]),
      'archive_path',
    ],
    [
      'an encrypted entry (Z15)',
      rawZip([{ name: 'a', flags: 0x801, bytes: 0, compressedBytes: 12 }]),
      'archive_invalid',
    ],
    ['strong encryption (Z15)', rawZip([{ name: 'a', flags: 0x840 }]), 'archive_invalid'],
    [
      'overlap (Z19)',
      rawZip([
        { name: 'a', data: 'x' },
        { name: 'b', data: 'x', sharesBodyOf: 0 },
      ]),
      'archive_bomb',
    ],
    ['noise (Z21)', Buffer.alloc(5000, 'noise'), 'archive_invalid'],
    ['no bytes (Z21)', Buffer.alloc(0), 'archive_invalid'],
    ['a cut end (Z21)', sound.subarray(0, -1), 'archive_invalid'],
    ['a cut middle (Z21)', sound.subarray(10), 'archive_invalid'],
    ['prepended bytes (Z21)', Buffer.concat([Buffer.alloc(7), sound]), 'archive_invalid'],
    ['trailing bytes (Z21)', Buffer.concat([sound, Buffer.alloc(7)]), 'archive_invalid'],
    ['an end record in the comment (Z22)', rawZip([{ name: 'a' }], { comment: rawZip([]) }), 'archive_empty'],
    ['no entries (Z22)', rawZip([]), 'archive_empty'],
    ['more entries than counted', rawZip([{ name: 'a' }, { name: 'b' }], { count: 1 }), 'archive_invalid'],
    ['fewer entries than counted', rawZip([{ name: 'a' }], { count: 2 }), 'archive_invalid'],
  ])('refuses %s, at submit and at checkout', async (_name, zip, code) => {
    expect((await inspect(zip)).code).toBe(code);
    const { area, directory, outcome } = await extract(zip);
    expect(outcome.code).toBe(code);
    expect(await readdir(directory)).toEqual([]);
    expect(await readdir(area)).toEqual(['work']);
  });

  it.each<[string, RawEntry]>([
    ['a wrong checksum (Z16)', { name: 'b', data: 'abc', crc: 1 }],
    ['a wrong checksum of a large file (Z16)', { name: 'b', data: BIG, method: 8, crc: 1 }],
    ['a size too small (Z17)', { name: 'b', data: 'abcdef', method: 8, bytes: 3 }],
    ['a size too big (Z17)', { name: 'b', data: 'abcdef', method: 8, bytes: 9 }],
    ['a size too small, streamed (Z17)', { name: 'b', data: BIG, method: 8, bytes: BIG.length - 1 }],
    ['a size too big, streamed (Z17)', { name: 'b', data: BIG, method: 8, bytes: BIG.length + 1 }],
    ['an empty file that is not (Z17)', { name: 'b', data: 'abc', method: 8, bytes: 0 }],
    [
      'a body that is no deflate',
      { name: 'b', data: Buffer.alloc(50, 7), method: 0, flags: 0x800, bytes: 50 },
    ],
  ])('finds %s only when it inflates, and removes what it wrote', async (name, entry) => {
    const zip = rawZip([{ name: 'a', data: 'first' }, entry, { name: 'z', data: 'last' }]);
    if (name.includes('no deflate')) {
      const at = zip.indexOf('PK\x01\x02', zip.indexOf('PK\x01\x02') + 1, 'latin1');
      zip.writeUInt16LE(8, at + 10);
    }
    expect((await inspect(zip)).code).toBe('done');
    const { directory, outcome } = await extract(zip);
    expect(outcome.code).toBe('archive_invalid');
    expect(await readdir(directory)).toEqual([]);
  });

  it('takes 60,000 empty entries in its stride (Z20)', async () => {
    const zip = rawZip(
      Array.from({ length: 60_000 }, (_, i) => ({ name: `d${String(i % 100)}/f${String(i)}` })),
    );
    const started = performance.now();
    expect((await inspect(zip)).code).toBe('done');
    const { directory, outcome } = await extract(zip);
    expect(outcome.code).toBe('done');
    expect((await readdir(join(directory, 'd7'))).length).toBe(600);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('gives all to the owner of the folder', async () => {
    const uid = process.getuid?.() === 0 ? 10_001 : process.getuid?.();
    const directory = join(temp, 'owned', 'work');
    await mkdir(directory, { recursive: true });
    if (process.getuid?.() === 0) await chown(directory, 10_001, 10_001);
    const zip = rawZip([...GOOD, { name: 'shop/hollow/', mode: 0o040755 }]);
    await archives.extract({ archive: bytesOf(zip), directory, root: null }, new AbortController().signal);
    for (const name of await readdir(directory, { recursive: true }))
      expect([name, (await lstat(join(directory, name))).uid]).toEqual([name, uid]);
  });

  it('reads what yazl writes: zip64, data descriptors, modes (Z23)', async () => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('sixty-four'), 'a', { forceZip64Format: true, mode: 0o100755 });
    zip.addReadStream(Readable.from([BIG]), 'b');
    zip.addEmptyDirectory('hollow');
    zip.end({ forceZip64Format: true, comment: '' });
    const { directory, outcome } = await extract(await buffer(zip.outputStream));
    expect(outcome.code).toBe('done');
    expect(await readFile(join(directory, 'a'), 'utf8')).toBe('sixty-four');
    expect((await stat(join(directory, 'a'))).mode & 0o777).toBe(0o755);
    expect(BIG.equals(await readFile(join(directory, 'b')))).toBe(true);
    expect((await stat(join(directory, 'hollow'))).isDirectory()).toBe(true);
  });

  it('stops with the reason of the signal', async () => {
    const reason = new Error('cancelled');
    const { directory, outcome } = await extract(rawZip(GOOD), null, AbortSignal.abort(reason));
    expect(outcome.code).toBe('Error: cancelled');
    expect(await readdir(directory)).toEqual([]);
  });

  it('refuses an archive over its size while it comes in', async () => {
    const directory = join(temp, 'small', 'work');
    await mkdir(directory, { recursive: true });
    const small = new YauzlArchives({ maxArchiveBytes: 1000 });
    await expect(
      small.extract({ archive: bytesOf(rawZip(GOOD)), directory, root: null }, new AbortController().signal),
    ).rejects.toMatchObject({ code: 'archive_too_large' });
  });
});
