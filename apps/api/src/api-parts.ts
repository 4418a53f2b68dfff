import type { Outcome, Usage } from '@drydock/domain';
import type {
  ApiKeyStore,
  ArchiveInspector,
  ArtifactStore,
  AuditLog,
  DeliveryStore,
  EventHints,
  EventLog,
  InboundStore,
  Log,
  RepositoryStore,
  SessionStore,
  TaskRules,
  TaskStore,
  TeamStore,
  WakeUps,
  WebhookPorts,
  WebhookStore,
} from '@drydock/engine';

/** One request's span. `run` puts its id on every log line of `work`. */
export interface RequestScope {
  run<T>(work: () => T): T;
  end(answer: { route: string; status: number }): void;
}

/** What the api needs of `ProcessTelemetry`. */
export interface ApiTelemetry {
  traceparent(): string | null;
  requestSpan(start: { method: string; requestId: string; traceparent: string | null }): RequestScope;
  metricsText(): Promise<{ contentType: string; body: string }>;
  /** A task that a cancel ended in the queue. */
  taskFinished(outcome: Outcome, usage: Usage): void;
}

/** The adapters that the api is wired from; specs hand in fakes. */
export interface ApiPorts {
  readonly tasks: TaskStore;
  readonly deliveries: Pick<DeliveryStore, 'order' | 'retry'>;
  readonly repositories: RepositoryStore;
  readonly webhookEndpoints: WebhookStore;
  readonly inbound: Pick<InboundStore, 'receive' | 'forget'>;
  readonly audit: AuditLog;
  /** How signatures of the code host are checked, and who we are there. */
  readonly webhooks: Pick<WebhookPorts, 'verify' | 'self'>;
  readonly events: EventLog;
  readonly hints: EventHints;
  readonly apiKeys: ApiKeyStore;
  readonly teams: TeamStore;
  readonly sessions: Pick<SessionStore, 'workers' | 'queue' | 'ping'>;
  readonly artifacts: ArtifactStore;
  readonly archives: ArchiveInspector;
  readonly wakeUps: WakeUps;
  readonly telemetry: ApiTelemetry;
  readonly log: Log;
}

export interface ApiSettings {
  readonly rules: TaskRules;
  readonly version: string;
  /** The built pages; without them the root shows the way to the API. */
  readonly webDirectory: string;
  /** Of the package that shows the API document. */
  readonly viewerDirectory: string;
  /** A Markdown file for each error code. */
  readonly errorsDirectory: string;
  /** Uploads on their way; made when missing. */
  readonly spoolDirectory: string;
  readonly maxUploadBytes: number;
  /** Of each API key without a rate of its own; 0: no limit. */
  readonly requestsPerSecond: number;
  /** A follower of events that takes nothing for this long is cut off. */
  readonly stalledReaderMs: number;
}
