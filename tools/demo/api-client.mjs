/** The few calls that the demo makes, over plain HTTP as any client would. */
import { setTimeout as delay } from 'node:timers/promises';

import { SetUpError } from '../setup/set-up-error.mjs';

const RECONNECT_MS = 500;

const refuse = async (response, what) => {
  throw new SetUpError(`${what}: HTTP ${response.status}\n${await response.text()}`);
};

/** Cuts an SSE stream into `{ id, event, data }`; comments are dropped. */
export async function* parseSse(stream) {
  let rest = '';
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = {};
      for (const line of block.split('\n')) {
        const match = /^(id|event|data): ?(.*)$/.exec(line);
        if (match)
          fields[match[1]] = match[1] === 'data' && fields.data ? `${fields.data}\n${match[2]}` : match[2];
      }
      if (Object.keys(fields).length > 0) yield fields;
    }
  }
}

/** A client of one api with one key. */
export function apiClient(baseUrl, apiKey) {
  const authorization = `Bearer ${apiKey}`;
  const get = async (path, headers = {}) => {
    const response = await fetch(`${baseUrl}${path}`, { headers: { authorization, ...headers } });
    if (!response.ok) await refuse(response, `GET ${path}`);
    return response;
  };
  return {
    /** Submits a ZIP; resolves to the queued task. */
    async submit(archive, task) {
      const form = new FormData();
      form.set('task', new Blob([JSON.stringify(task)], { type: 'application/json' }));
      form.set('archive', new Blob([archive], { type: 'application/zip' }), 'repository.zip');
      const response = await fetch(`${baseUrl}/v1/tasks`, {
        method: 'POST',
        headers: { authorization },
        body: form,
      });
      if (response.status !== 202) await refuse(response, 'POST /v1/tasks');
      return response.json();
    },
    task: async (id) => (await get(`/v1/tasks/${id}`)).json(),
    artifacts: async (id) => (await (await get(`/v1/tasks/${id}/artifacts`)).json()).items,
    artifact: async (id, name) =>
      Buffer.from(await (await get(`/v1/tasks/${id}/artifacts/${name}`)).arrayBuffer()),
    diff: async (id) => Buffer.from(await (await get(`/v1/tasks/${id}/diff`)).arrayBuffer()),
    /** Every event of a task until its end; a cut stream is resumed where it broke. */
    async *events(id) {
      let last = '0';
      for (;;) {
        const headers = { accept: 'text/event-stream', 'last-event-id': last };
        const response = await get(`/v1/tasks/${id}/events`, headers);
        try {
          for await (const message of parseSse(response.body)) {
            if (message.event === 'end') return;
            last = message.id ?? last;
            yield JSON.parse(message.data);
          }
        } catch (error) {
          if (error instanceof SyntaxError) throw error;
        }
        await delay(RECONNECT_MS);
      }
    },
  };
}
