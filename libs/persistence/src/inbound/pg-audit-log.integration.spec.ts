import { describe, expect, it } from '@jest/globals';
import { usePgStores } from '../testing/pg-stores.ts';
import { PgAuditLog } from './pg-audit-log.ts';

const make = usePgStores();

describe('PgAuditLog', () => {
  it('keeps who was refused what, and why, in order', async () => {
    const { database } = await make();
    const audit = new PgAuditLog(database);
    const record = {
      teamId: null,
      actor: 'github:octo\0cat',
      action: 'trigger.refused',
      subject: 'acme/shop#7',
      details: { event: 'issues', isRobot: false },
    };
    await audit.add({ ...record, reason: 'sender_is_bot' });
    await audit.add({ ...record, reason: null });
    const rows = await database.rows({ text: 'SELECT * FROM "AuditEntry" ORDER BY "id"' });
    const kept = { ...record, actor: 'github:octo\uFFFDcat', at: expect.any(Date) };
    expect(rows).toMatchObject([
      { ...kept, reason: 'sender_is_bot' },
      { ...kept, reason: null },
    ]);
  });
});
