import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions';
import { bash } from './bash.ts';
import { editFile } from './edit-file.ts';
import { finish } from './finish.ts';
import { readFile } from './read-file.ts';
import type { Tool } from './tool.ts';
import { writeFile } from './write-file.ts';

const TOOLS: readonly Tool[] = [bash, readFile, editFile, writeFile, finish];

export const FINISH = finish.name;
export const TOOL_NAMES = TOOLS.map(({ name }) => name);

export const toolNamed = (name: string): Tool | undefined => TOOLS.find((tool) => tool.name === name);

/** The tools as the chat completions API takes them. */
export const TOOL_SCHEMAS: ChatCompletionFunctionTool[] = TOOLS.map(
  ({ name, description, properties, required }) => ({
    type: 'function',
    function: {
      name,
      description,
      parameters: { type: 'object', properties, required, additionalProperties: false },
    },
  }),
);
