import { taskStoreContract } from '@drydock/engine/testing';
import { usePgStores } from './testing/pg-stores.ts';

taskStoreContract('PostgreSQL', usePgStores());
