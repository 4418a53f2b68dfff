import type { ApiConfig } from '@drydock/config';
import { IntervalLoop } from '@drydock/engine';
import type { ApiPorts, ApiSettings } from '../api-parts.ts';
import { UploadSpool } from '../tasks/upload-spool.ts';
import type { OwnLogin } from './own-login.ts';

/** A replay within this time is known for what it is; GitHub itself sends again for three days. */
const WEBHOOKS_KEPT_MS = 30 * 86_400_000;
const ASK_AGAIN_MS = 60_000;

interface Upkeep extends Pick<ApiPorts, 'inbound' | 'log'> {
  readonly ownLogin: OwnLogin | null;
}

/** What an api does beside requests, until its process ends. */
export const startUpkeep = (
  { retention }: Pick<ApiConfig, 'retention'>,
  { spoolDirectory }: Pick<ApiSettings, 'spoolDirectory'>,
  { inbound, log, ownLogin }: Upkeep,
): void => {
  const start = (name: string, pauseMs: number, work: () => Promise<unknown>): void => {
    new IntervalLoop({ name, pauseMs, log, work: async () => void (await work()) }).start();
  };
  const spool = new UploadSpool(spoolDirectory);
  start('spool', retention.everyMs, () => spool.dropLeftOvers(retention.orphanGraceMs));
  start('inbound', retention.everyMs, () => inbound.forget(WEBHOOKS_KEPT_MS));
  if (ownLogin !== null) start('own login', ASK_AGAIN_MS, () => ownLogin.learn());
};
