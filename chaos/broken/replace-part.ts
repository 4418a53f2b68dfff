/**
 * A statement with one part put otherwise.
 * @throws Error when the part is not there: the statement was rewritten, and the broken build would not be broken any more.
 */
export const replacePart = (text: string, part: RegExp | string, by: string): string => {
  const replaced = text.replace(part, () => by);
  if (replaced === text) throw new Error(`The statement has no part ${String(part)} any more: ${text}`);
  return replaced;
};
