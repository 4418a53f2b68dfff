import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { lookAtWebhook } from './documented.ts';

/** A webhook as its receiver has it. */
export interface ReceivedWebhook {
  readonly path: string;
  readonly id: string;
  readonly body: string;
  readonly type: string;
  readonly data: { readonly task?: { readonly id: string; readonly status: string } };
  /** Whether the secret of the path fits; null: none is known. */
  readonly isGenuine: boolean | null;
}

export type Answer = (response: ServerResponse, nth: number) => void;

const isGenuine = (body: string, headers: IncomingMessage['headers'], secret: string): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

/** Takes webhooks in on loopback; how each path answers is up to the spec. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  readonly secrets = new Map<string, string>();
  readonly answers = new Map<string, Answer>();
  readonly #server = createServer((request, response) => void this.#take(request, response));

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get host(): string {
    return `127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** What came to a path. */
  at(path: string): ReceivedWebhook[] {
    return this.received.filter((one) => one.path === path);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    lookAtWebhook(body);
    const path = request.url ?? '';
    const secret = this.secrets.get(path);
    const { type, data } = JSON.parse(body) as Pick<ReceivedWebhook, 'type' | 'data'>;
    const genuine = secret === undefined ? null : isGenuine(body, request.headers, secret);
    this.received.push({
      path,
      id: String(request.headers['webhook-id']),
      body,
      type,
      data,
      isGenuine: genuine,
    });
    const answer = this.answers.get(path);
    if (answer === undefined) response.writeHead(204).end();
    else answer(response, this.at(path).length);
  }
}
