import { apiKeyStoreContract } from '@drydock/engine/testing';
import { usePgStores } from './testing/pg-stores.ts';

apiKeyStoreContract('PostgreSQL', usePgStores());
