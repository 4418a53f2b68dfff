import { eventLogContract } from '@drydock/engine/testing';
import { usePgStores } from './testing/pg-stores.ts';

eventLogContract('PostgreSQL', usePgStores());
