import type { WorkerConfig } from '@drydock/config';
import {
  ForgeWork,
  PerformDelivery,
  ProcessInbound,
  SendWebhooks,
  TellTriggers,
  type DeliverySettings,
  type Log,
  type WorkerSession,
} from '@drydock/engine';
import { answerTriggers } from './answer-triggers.ts';
import type { WorkerAdapters } from './open-adapters.ts';
import { secretsOf } from './secrets-of.ts';

/** Whose commits they are. The name is nobody's at a code host, so that nobody is credited with them. */
const AUTHOR = { name: 'Drydock', email: 'drydock@drydock.invalid' };

interface Around {
  readonly session: WorkerSession;
  readonly log: Log;
}

/** What a worker does at code hosts. */
export const forgeWorkOf = (
  config: WorkerConfig,
  adapters: WorkerAdapters,
  { session, log }: Around,
): ForgeWork => {
  const { ports, deliveries, publisher, triggers } = adapters;
  const { forge } = ports;
  const { inbound, audit, told } = triggers;
  const { publicUrl } = config.worker;
  const settings: DeliverySettings = { publicUrl, author: AUTHOR, secrets: secretsOf(config) };
  const answers = answerTriggers(config, adapters, log);
  return new ForgeWork({
    performDelivery: new PerformDelivery({ ...ports, deliveries, publisher }, settings, session),
    processInbound: new ProcessInbound({ inbound, audit, log }, answers, session),
    tellTriggers: new TellTriggers({ store: told, forge, conversations: forge, log }, publicUrl, session),
    sendWebhooks: new SendWebhooks({ ...adapters.webhooks, session, log, random: Math.random }),
    ...{ session, log },
  });
};
