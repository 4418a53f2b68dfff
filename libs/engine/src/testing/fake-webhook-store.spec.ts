import { randomBytes } from 'node:crypto';
import { taskIdFrom, teamIdFrom } from '@drydock/domain';
import { FakeWebhookStore } from './fake-webhook-store.ts';
import { webhookStoreContract } from './webhook-store.contract.ts';

webhookStoreContract('the fake', async () => {
  const store = new FakeWebhookStore();
  return {
    store,
    outbox: store,
    addTeam: async () => teamIdFrom(Date.now(), randomBytes(16)),
    tell: async (teamId, event) => {
      store.tell(teamId, event, taskIdFrom(Date.now(), randomBytes(16)));
    },
    advance: async (ms) => {
      store.advance(ms);
    },
  };
});
