import type { Answer, Order } from './client-process.ts';
import { SseClients } from './sse-clients.ts';

let clients: SseClients | null = null;

const obey = async (order: Order): Promise<Answer> => {
  if (order.do === 'connect') {
    clients = new SseClients(order.readers);
    await clients.connect();
  }
  if (order.do === 'close') {
    clients?.close();
    clients = null;
  }
  if (order.do !== 'count' || clients === null) return { receipts: null };
  await clients.complete(order.deadlineMs);
  return { receipts: clients.receipts(order.sentMs) };
};

process.on('message', (order: Order) => {
  obey(order)
    .catch((error: unknown): Answer => ({ error: String(error) }))
    .then((answer) => process.send?.(answer))
    .catch(() => undefined);
});
