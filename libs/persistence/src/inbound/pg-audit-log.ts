import type { AuditLog, AuditRecord } from '@drydock/engine';
import type { Database } from '../database.ts';
import { cleanText, jsonb } from '../jsonb.ts';

/** The audit log in PostgreSQL. */
export class PgAuditLog implements AuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add({ teamId, actor, action, subject, reason, details }: AuditRecord): Promise<void> {
    await this.#database.rows({
      text: `INSERT INTO "AuditEntry" ("teamId", "actor", "action", "subject", "reason", "details")
        VALUES ($1, $2, $3, $4, $5, $6::jsonb)`,
      values: [teamId, cleanText(actor), action, cleanText(subject), reason, jsonb(details)],
    });
  }
}
