import { integerArgument, stringArgument } from './arguments.ts';
import { linesOf, numbered } from './numbered-lines.ts';
import { openTextFile } from './open-text-file.ts';
import { ToolError, toolText, type Tool } from './tool.ts';
import { workspacePath } from './workspace-path.ts';

const MAX_CHARACTERS = 16_000;
const MAX_LINES = 1_000_000;
/** Room for the remarks around the text. */
const REMARK_CHARACTERS = 300;

interface Shown {
  readonly text: string;
  readonly count: number;
}

/** As many whole lines as fit; of a first line that is too long by itself, its beginning. */
const fitLines = (lines: readonly string[], firstNumber: number): Shown => {
  let room = MAX_CHARACTERS - REMARK_CHARACTERS;
  let count = 0;
  for (const line of lines) {
    room -= line.length + 8;
    if (room < 0) break;
    count++;
  }
  if (count > 0 || lines.length === 0) return { text: numbered(lines.slice(0, count), firstNumber), count };
  const [first = ''] = lines;
  const cut = first.slice(0, MAX_CHARACTERS - REMARK_CHARACTERS - 8);
  return { text: `${numbered([cut], firstNumber)}[line cut: ${String(first.length)} characters]`, count: 1 };
};

export const readFile: Tool = {
  name: 'read_file',
  description: `Shows a text file with line numbers, at most ${String(MAX_CHARACTERS)} characters at once.`,
  properties: {
    path: { type: 'string', description: 'Relative to the workspace, or absolute.' },
    offset: { type: 'integer', description: 'First line to show, from 1.' },
    limit: { type: 'integer', description: 'How many lines at most.' },
  },
  required: ['path'],
  run: async (input, context) => {
    const path = stringArgument(input, 'path');
    const { bytes, encoding } = openTextFile(workspacePath(path, context), path);
    const text = encoding.decode(bytes);
    const lines = linesOf(text);
    const offset = integerArgument(input, 'offset', { fallback: 1, least: 1, most: MAX_LINES });
    const limit = integerArgument(input, 'limit', { fallback: MAX_LINES, least: 1, most: MAX_LINES });
    if (lines.length === 0) return toolText(`[${path} is empty]`);
    if (offset > lines.length)
      throw new ToolError(
        `${path} has only ${String(lines.length)} lines; offset ${String(offset)} is past its end.`,
      );
    const shown = fitLines(lines.slice(offset - 1, offset - 1 + limit), offset);
    const last = offset + shown.count - 1;
    const remarks = [
      ...(encoding.name === 'UTF-8' ? [] : [`[encoding: ${encoding.name}]`]),
      ...(text.includes('\r\n') ? ['[line endings: CRLF; edit_file keeps them]'] : []),
      ...(last < lines.length || offset > 1
        ? [
            `[lines ${String(offset)}-${String(last)} of ${String(lines.length)} shown; use offset and limit for others, or bash: grep -n]`,
          ]
        : []),
    ];
    return toolText([shown.text, ...remarks].join('\n'));
  },
};
