import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringArgument } from './arguments.ts';
import { linesOf } from './numbered-lines.ts';
import { ToolError, toolText, type Tool } from './tool.ts';
import { workspacePath } from './workspace-path.ts';
import { messageOf } from '../../faults.ts';

export const writeFile: Tool = {
  name: 'write_file',
  description:
    'Writes a whole file, made with its folders when missing, else overwritten. Prefer edit_file for changes.',
  properties: {
    path: { type: 'string', description: 'Relative to the workspace, or absolute.' },
    content: { type: 'string', description: 'All of the file, as UTF-8.' },
  },
  required: ['path', 'content'],
  run: async (input, context) => {
    const path = stringArgument(input, 'path');
    const content = stringArgument(input, 'content');
    const full = workspacePath(path, context);
    try {
      const there = statSync(full, { throwIfNoEntry: false });
      if (there?.isDirectory()) throw new ToolError(`${path} is a folder.`);
      // Opening a pipe would wait for its reader, and the whole runner with it
      if (there?.isFile() === false) throw new ToolError(`${path} is not a regular file.`);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
      const size = `${String(linesOf(content).length)} lines, ${String(Buffer.byteLength(content))} bytes`;
      return toolText(`${there ? 'Overwrote' : 'Created'} ${path} (${size}).`);
    } catch (error) {
      if (error instanceof ToolError) throw error;
      throw new ToolError(`${path} cannot be written: ${messageOf(error)}`);
    }
  },
};
