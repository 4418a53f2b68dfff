import type { WorkerConfig } from '@drydock/config';
import type { ProcessOwners } from '@drydock/engine';
import { GithubForge } from '@drydock/forge';
import {
  PgAuditLog,
  PgConversationStore,
  PgDeliveryStore,
  PgInboundStore,
  PgRepositoryStore,
  PgTaskStore,
  type connectDatabase,
  type Sealer,
} from '@drydock/persistence';
import { GitBranchPublisher, MirrorUpkeep } from '@drydock/vcs';
import { join } from 'node:path';

interface Shared {
  readonly database: ReturnType<typeof connectDatabase>;
  readonly sealer: Sealer;
  readonly owners: ProcessOwners;
  readonly guardProxyUrl: string;
  readonly mirrorsDirectory: string;
}

/** What work at code hosts needs besides the adapters of tasks, and the upkeep of the directories that git works in. */
export const openDeliveryAdapters = (config: WorkerConfig, shared: Shared) => {
  const { database, sealer, owners, guardProxyUrl, mirrorsDirectory } = shared;
  const { apiUrl, identity } = config.github;
  // Beside the mirrors, so that packs can be linked.
  const directory = join(config.dataDirectory, 'publish');
  const { allowPrivateHosts: allowedPrivateHosts } = config.policy;
  const forge = new GithubForge({ apiUrl, identity });
  void forge.prepare();
  return {
    deliveries: new PgDeliveryStore(database, sealer),
    repositories: new PgRepositoryStore(database),
    forge,
    publisher: new GitBranchPublisher({
      ...{ directory, mirrorsDirectory, owners, guardProxyUrl, allowedPrivateHosts },
    }),
    cache: new MirrorUpkeep({ directory: mirrorsDirectory, owners }),
    triggers: {
      inbound: new PgInboundStore(database),
      audit: new PgAuditLog(database),
      told: new PgConversationStore(database),
      tasks: new PgTaskStore(database, sealer),
    },
  };
};
