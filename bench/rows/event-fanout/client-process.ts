import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '@drydock/testing';
import type { Readers, Receipts } from './sse-clients.ts';

/** What is said to the process of clients, and what it answers. */
export type Order =
  | { readonly do: 'connect'; readonly readers: Readers }
  | { readonly do: 'count'; readonly sentMs: readonly number[]; readonly deadlineMs: number }
  | { readonly do: 'close' };
export type Answer = { readonly receipts: Receipts | null } | { readonly error: string };

/** Clients in a process of their own: they must not wait for the one that writes, nor it for them. */
export class ClientProcess {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, 'client-main.ts'), {
    execArgv: ['--import', join(ROOT, 'tools', 'ts.mjs')],
  });

  async connect(readers: Readers): Promise<void> {
    await this.#ask({ do: 'connect', readers });
  }

  /** Waits for what is missing. @param sentMs - when each event was sent to the database. */
  async count(sentMs: readonly number[], deadlineMs: number): Promise<Receipts> {
    const receipts = await this.#ask({ do: 'count', sentMs, deadlineMs });
    if (receipts === null) throw new Error('nobody was connected');
    return receipts;
  }

  async close(): Promise<void> {
    await this.#ask({ do: 'close' });
  }

  end(): void {
    this.#child.kill();
  }

  async #ask(order: Order): Promise<Receipts | null> {
    const answered = once(this.#child, 'message') as Promise<[Answer]>;
    const ended = once(this.#child, 'exit').then((): never => {
      throw new Error('the process of clients ended');
    });
    this.#child.send(order);
    const [answer] = await Promise.race([answered, ended]);
    if ('error' in answer) throw new Error(answer.error);
    return answer.receipts;
  }
}
