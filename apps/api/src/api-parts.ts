import type {
  ApiKeyStore,
  ArchiveInspector,
  ArtifactStore,
  EventHints,
  EventLog,
  Log,
  SessionStore,
  TaskRules,
  TaskStore,
  Telemetry,
  WakeUps,
} from '@drydock/engine';

/** The adapters that the api is wired from; specs hand in fakes. */
export interface ApiPorts {
  readonly tasks: TaskStore;
  readonly events: EventLog;
  readonly hints: EventHints;
  readonly apiKeys: ApiKeyStore;
  readonly sessions: Pick<SessionStore, 'workers' | 'queue' | 'ping'>;
  readonly artifacts: ArtifactStore;
  readonly archives: ArchiveInspector;
  readonly wakeUps: WakeUps;
  readonly telemetry: Pick<Telemetry, 'traceparent'>;
  readonly log: Log;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
}

export interface ApiSettings {
  readonly rules: TaskRules;
  readonly version: string;
  /** Uploads on their way; made when missing. */
  readonly spoolDirectory: string;
  readonly maxUploadBytes: number;
}
