import { FakeRetentionStore } from './fake-retention-store.ts';
import { retentionStoreContract } from './retention-store.contract.ts';

retentionStoreContract('FakeRetentionStore', async () => new FakeRetentionStore());
