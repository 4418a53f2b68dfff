/** Lines without their endings; a final newline begins no line. */
export const linesOf = (text: string): string[] => {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** Lines with their numbers, as `cat -n` shows them. */
export const numbered = (lines: readonly string[], firstNumber: number): string =>
  lines.map((line, i) => `${String(firstNumber + i).padStart(6)}\t${line}`).join('\n');
