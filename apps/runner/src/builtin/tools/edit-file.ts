import { writeFileSync } from 'node:fs';
import { stringArgument } from './arguments.ts';
import { findText, lineNumberAt, MOST_MATCHES, withLineEndings, type Match } from './find-text.ts';
import { nearMiss } from './near-miss.ts';
import { linesOf, numbered } from './numbered-lines.ts';
import { openTextFile } from './open-text-file.ts';
import { ToolError, toolText, type Tool } from './tool.ts';
import { workspacePath } from './workspace-path.ts';
import { messageOf } from '../../faults.ts';

const CONTEXT_LINES = 4;
const MAX_SHOWN_CHARACTERS = 4000;
const MAX_PLACES_NAMED = 20;

const theOnlyMatch = (content: string, old: string): Match => {
  const matches = findText(content, old);
  const [match] = matches;
  if (match === undefined)
    throw new ToolError(`"old" was not found. Nothing was changed. ${nearMiss(linesOf(content), old)}`);
  if (matches.length === 1) return match;
  const places = matches.slice(0, MAX_PLACES_NAMED).map(({ start }) => String(lineNumberAt(content, start)));
  throw new ToolError(
    `"old" was found ${matches.length < MOST_MATCHES ? '' : 'at least '}${String(matches.length)} times, at lines ${places.join(', ')}. Nothing was changed. Add lines around it to make it unique.`,
  );
};

interface Edit {
  readonly content: string;
  readonly line: number;
}

const edited = (content: string, old: string, replacement: string): Edit => {
  const { start, end } = theOnlyMatch(content, old);
  const replaced = content.slice(start, end);
  const inserted = replacement === '' ? '' : withLineEndings(replacement, replaced, content);
  if (inserted === replaced) throw new ToolError('"old" and "new" are the same. Nothing was changed.');
  return {
    content: content.slice(0, start) + inserted + content.slice(end),
    line: lineNumberAt(content, start),
  };
};

const shownAround = ({ content, line }: Edit, lineCount: number): string => {
  const from = Math.max(1, line - CONTEXT_LINES);
  const shown = numbered(linesOf(content).slice(from - 1, line - 1 + lineCount + CONTEXT_LINES), from);
  return shown.length <= MAX_SHOWN_CHARACTERS ? shown : `${shown.slice(0, MAX_SHOWN_CHARACTERS)}\n[cut]`;
};

export const editFile: Tool = {
  name: 'edit_file',
  description:
    'Replaces a text that occurs exactly once in a file. "old" must match exactly, indentation included. Shows the lines around the change.',
  properties: {
    path: { type: 'string', description: 'Relative to the workspace, or absolute.' },
    old: { type: 'string', description: 'The text to replace, without line numbers.' },
    new: { type: 'string', description: 'The text to put in its place; may be empty.' },
  },
  required: ['path', 'old', 'new'],
  run: async (input, context) => {
    const path = stringArgument(input, 'path');
    const [old, replacement] = [stringArgument(input, 'old'), stringArgument(input, 'new')];
    if (old === '') throw new ToolError('"old" is empty. Use write_file to make a file.');
    const full = workspacePath(path, context);
    const { bytes, encoding } = openTextFile(full, path);
    // Decoding and encoding again gives the same bytes for every encoding that openTextFile knows
    const edit = edited(encoding.decode(bytes), old, replacement);
    const result = encoding.encode(edit.content);
    if (result === null)
      throw new ToolError(
        `${path} is ${encoding.name} and cannot hold all of these characters. Nothing was changed.`,
      );
    try {
      writeFileSync(full, result);
    } catch (error) {
      throw new ToolError(`${path} cannot be written: ${messageOf(error)}`);
    }
    return toolText(`Edited ${path}:\n${shownAround(edit, linesOf(replacement).length)}`);
  },
};
