import { createServer, type Server } from 'node:http';
import { join } from 'node:path';

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly {
    role: string;
    content: string | null;
    tool_call_id?: string;
    tool_calls?: { id: string; function: { arguments: string } }[];
  }[];
  readonly tools: readonly unknown[];
}

export interface Turn {
  readonly text?: string | null;
  /** Name and arguments; a string is sent as it is. */
  readonly calls?: readonly (readonly [name: string, input: unknown])[];
  readonly finish?: string;
  readonly usage?: object;
  /** Sent instead of an answer. */
  readonly status?: number;
  readonly body?: unknown;
}

/** A chat completions server on a unix socket that plays turns, the last one again and again. */
export class ChatServer {
  readonly requests: ChatRequest[] = [];
  readonly socket: string;
  readonly #server: Server;
  #ids = 0;

  private constructor(folder: string, turns: readonly Turn[]) {
    this.socket = join(folder, 'llm.sock');
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.requests.push(JSON.parse(Buffer.concat(chunks).toString()) as ChatRequest);
        const turn = turns[Math.min(this.requests.length, turns.length) - 1] ?? {};
        response.writeHead(turn.status ?? 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(turn.body ?? this.#completion(turn)));
      });
    });
  }

  static async open(folder: string, turns: readonly Turn[]): Promise<ChatServer> {
    const server = new ChatServer(folder, turns);
    await new Promise<void>((resolve) => server.#server.listen(server.socket, resolve));
    return server;
  }

  /** Contents of the tool results that the model was given, in order. */
  get results(): string[] {
    return (this.requests.at(-1)?.messages ?? []).flatMap(({ role, content }) =>
      role === 'tool' ? [content ?? ''] : [],
    );
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #completion({ text = null, calls = [], finish, usage }: Turn): object {
    const tool_calls = calls.map(([name, input]) => ({
      id: `c${String(++this.#ids)}`,
      type: 'function',
      function: { name, arguments: typeof input === 'string' ? input : JSON.stringify(input) },
    }));
    const message = { role: 'assistant', content: text, ...(tool_calls.length > 0 ? { tool_calls } : {}) };
    const finish_reason = finish ?? (tool_calls.length > 0 ? 'tool_calls' : 'stop');
    return {
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model: 'scripted',
      choices: [{ index: 0, message, finish_reason }],
      usage: usage ?? { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    };
  }
}
