import { eventually } from '@drydock/testing';
import type { AppProcess } from './app-process.ts';

/** Environment of a process that can be looked into. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

interface Answer {
  readonly id: number;
  readonly result: { readonly result: { readonly value: unknown } };
}

/** What a running process holds, told by Node's inspector. */
export class InspectedProcess {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data)) as Answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  /** @param app - started with `INSPECTABLE`. */
  static async of(app: AppProcess): Promise<InspectedProcess> {
    const url = await eventually(() => /ws:\/\/\S+/.exec(app.output)?.[0]);
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => {
        reject(new Error(`no answer at ${url}`));
      });
    });
    return new InspectedProcess(socket);
  }

  /** Bytes that are in use after a full garbage collection: what nobody needs any more does not count. */
  async heldBytes(): Promise<number> {
    await this.#call('HeapProfiler.collectGarbage', {});
    return Number(await this.#evaluate('((m) => m.heapUsed + m.external)(process.memoryUsage())'));
  }

  /** Open connections of its clients. */
  async clients(): Promise<number> {
    const isClient = '(handle) => handle.server !== undefined && handle.remoteAddress !== undefined';
    return Number(await this.#evaluate(`process._getActiveHandles().filter(${isClient}).length`));
  }

  close(): void {
    this.#socket.close();
  }

  async #evaluate(expression: string): Promise<unknown> {
    return (await this.#call('Runtime.evaluate', { expression })).result.result.value;
  }

  #call(method: string, params: object): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
