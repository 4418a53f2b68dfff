import type { AuditLog, AuditRecord } from '../ports/audit-log.ts';

/** The audit log in memory. */
export class FakeAuditLog implements AuditLog {
  readonly records: AuditRecord[] = [];

  /** In order. */
  get reasons(): (string | null)[] {
    return this.records.map(({ reason }) => reason);
  }

  async add(record: AuditRecord): Promise<void> {
    this.records.push(record);
  }
}
