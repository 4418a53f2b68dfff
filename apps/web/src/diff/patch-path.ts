/** File names of a patch as git writes them: plain, or in double quotes with octal bytes. */

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };
const TOKEN = /\\([0-7]{1,3})|\\(.)|([^\\]+)/gsu;

const bytesOf = (octal: string | undefined, escaped: string | undefined, plain: string): Uint8Array => {
  if (octal !== undefined) return Uint8Array.of(Number.parseInt(octal, 8) & 0xff);
  const code = escaped === undefined ? undefined : ESCAPES[escaped];
  return code === undefined ? new TextEncoder().encode(escaped ?? plain) : Uint8Array.of(code);
};

/** Undoes the quotes of git. Bytes that are no UTF-8 become replacement characters. */
export const unquotePath = (name: string): string => {
  if (!name.startsWith('"') || !name.endsWith('"') || name.length < 2) return name;
  const parts = [...name.slice(1, -1).matchAll(TOKEN)].map(([, octal, escaped, plain]) =>
    bytesOf(octal, escaped, plain ?? ''),
  );
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new TextDecoder().decode(bytes);
};

/** The name behind `--- ` or `+++ `; null for /dev/null. */
export const headerPath = (text: string): string | null => {
  // git ends names that hold a space with a tab
  const name = unquotePath(text.endsWith('\t') ? text.slice(0, -1) : text);
  return name === '/dev/null' ? null : name.slice(name.indexOf('/') + 1);
};

/** The name in `diff --git a/x b/x`, where both are the same unless another header says so. */
export const gitLinePath = (text: string): string => {
  const quoted = /^("(?:[^"\\]|\\.)*") /s.exec(text);
  if (quoted?.[1] !== undefined) return unquotePath(quoted[1]).slice(2);
  const half = (text.length - 1) / 2;
  return text.slice(2, Number.isInteger(half) ? half : Math.max(2, text.indexOf(' b/')));
};
