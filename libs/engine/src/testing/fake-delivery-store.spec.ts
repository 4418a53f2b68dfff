import { deliveryStoreContract } from './delivery-store.contract.ts';
import { FakeDeliveryStore } from './fake-delivery-store.ts';

deliveryStoreContract('in memory', async () => new FakeDeliveryStore());
