import type { ScriptInput } from '@drydock/testing';

/** The built-in agent writes a file, looks at it and ends; so every such task has three model calls per attempt. */
export const MODEL_SCRIPT: ScriptInput = {
  turns: [
    {
      when: { step: 1 },
      toolCalls: [{ name: 'write_file', arguments: { path: 'model.txt', content: 'written\n' } }],
    },
    { when: { step: 2 }, toolCalls: [{ name: 'bash', arguments: { command: 'sleep 1; cat model.txt' } }] },
    { toolCalls: [{ name: 'finish', arguments: { summary: 'done' } }] },
  ],
};
