import { deliveryStoreContract } from '@drydock/engine/testing';
import { deliveriesOver } from '../testing/pg-deliveries.ts';
import { usePgStores } from '../testing/pg-stores.ts';

const make = usePgStores();
deliveryStoreContract('PostgreSQL', async () => deliveriesOver(await make()));
