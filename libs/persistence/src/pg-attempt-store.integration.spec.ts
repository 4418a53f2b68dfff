import { attemptStoreContract } from '@drydock/engine/testing';
import { usePgStores } from './testing/pg-stores.ts';

attemptStoreContract('PostgreSQL', usePgStores());
