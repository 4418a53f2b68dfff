import { isUtf8 } from 'node:buffer';

const LOOKED_AT_FOR_NUL = 8000;

/** How a file's bytes and a model's text become each other; `encode` undoes `decode` byte by byte. */
export interface TextEncoding {
  readonly name: string;
  decode(bytes: Buffer): string;
  /** Null when the text has characters that the encoding lacks. */
  encode(text: string): Buffer | null;
}

const UTF8: TextEncoding = {
  name: 'UTF-8',
  decode: (bytes) => bytes.toString('utf8'),
  encode: (text) => Buffer.from(text, 'utf8'),
};

const LATIN1: TextEncoding = {
  name: 'Latin-1',
  decode: (bytes) => bytes.toString('latin1'),
  encode: (text) => (/[^\0-\xff]/.test(text) ? null : Buffer.from(text, 'latin1')),
};

const UTF16LE: TextEncoding = {
  name: 'UTF-16LE',
  decode: (bytes) => bytes.toString('utf16le'),
  encode: (text) => Buffer.from(text, 'utf16le'),
};

const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

const UTF16BE: TextEncoding = {
  name: 'UTF-16BE',
  decode: (bytes) => swapped(bytes).toString('utf16le'),
  encode: (text) => swapped(Buffer.from(text, 'utf16le')),
};

/** The encoding of a file by its byte order mark or content; null: binary. */
export const encodingOf = (bytes: Buffer): TextEncoding | null => {
  const isPaired = bytes.length % 2 === 0;
  if (isPaired && bytes[0] === 0xff && bytes[1] === 0xfe) return UTF16LE;
  if (isPaired && bytes[0] === 0xfe && bytes[1] === 0xff) return UTF16BE;
  if (bytes.subarray(0, LOOKED_AT_FOR_NUL).includes(0)) return null;
  return isUtf8(bytes) ? UTF8 : LATIN1;
};
