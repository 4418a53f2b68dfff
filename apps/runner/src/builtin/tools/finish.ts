import { stringArgument } from './arguments.ts';
import { toolText, type Tool } from './tool.ts';

export const finish: Tool = {
  name: 'finish',
  description: 'Ends the task. Call it when the work is done and checked, or cannot be done.',
  properties: {
    summary: { type: 'string', description: 'What was changed, why, and how it was checked.' },
  },
  required: ['summary'],
  run: async (input) => {
    stringArgument(input, 'summary');
    return toolText('The task is finished.');
  },
};
