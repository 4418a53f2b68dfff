/** Who plays the model in the demo: the one that the environment names, or a script. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { makeApiKey } from '../setup/api-key.mjs';
import { ROOT } from '../setup/instance.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';

const DEFAULT_SCRIPT = join(ROOT, 'examples', 'trajectories', 'fix.yaml');
const SCRIPTED_MODEL = 'scripted';

const readScript = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new SetUpError(`No script at ${file}. Scripts of this repository are in examples/trajectories/.`);
  }
};

const startScripted = async (file) => {
  const script = readScript(file);
  await import('../ts.mjs'); // libs/testing is TypeScript
  const { startScriptedModel } = await import('@drydock/testing');
  const model = await startScriptedModel({ script });
  return {
    announcement: `No model is called: a SCRIPTED MODEL plays the model, from ${file}. The agent, the sandbox, the tests and the patch are real.`,
    name: SCRIPTED_MODEL,
    env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: makeApiKey(), DRYDOCK_DEFAULT_MODEL: SCRIPTED_MODEL },
    close: () => model.close(),
  };
};

/**
 * @param scriptFile - of `--script`; wins over a real model.
 * @returns `{ announcement, name, env, close }`; `env` is for the api and the worker.
 */
export async function chooseModel(scriptFile) {
  const { OPENAI_API_KEY, DRYDOCK_DEFAULT_MODEL } = process.env;
  if (scriptFile === undefined && OPENAI_API_KEY && DRYDOCK_DEFAULT_MODEL) {
    const announcement = `The model is ${DRYDOCK_DEFAULT_MODEL}, by OPENAI_API_KEY.`;
    return { announcement, name: DRYDOCK_DEFAULT_MODEL, env: {}, close: async () => {} };
  }
  return startScripted(scriptFile === undefined ? DEFAULT_SCRIPT : resolve(scriptFile));
}
