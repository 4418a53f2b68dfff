import type { TeamId } from '@drydock/domain';

/** Who did what, or was refused it, and why. */
export interface AuditRecord {
  /** Null: of no team, such as a signature that does not fit. */
  readonly teamId: TeamId | null;
  /** `github:octocat`, or `address:192.0.2.1` of somebody unknown. */
  readonly actor: string;
  /** Two words with a dot: `webhook.refused`. */
  readonly action: string;
  /** What it was done to: `acme/shop#7`, or the forge's id of a sending. */
  readonly subject: string;
  /** Snake case, stable; null: nothing was refused. */
  readonly reason: string | null;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

/** Append-only. */
export interface AuditLog {
  add(record: AuditRecord): Promise<void>;
}
