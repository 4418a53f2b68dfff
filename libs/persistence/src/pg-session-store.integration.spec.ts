import { sessionStoreContract } from '@drydock/engine/testing';
import { usePgStores } from './testing/pg-stores.ts';

sessionStoreContract('PostgreSQL', usePgStores());
