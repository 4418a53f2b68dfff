/** Loaded by Jest before each spec of the whole system. */
import { afterEach } from '@jest/globals';
import { expectDocumented, holdToDocument } from './documented.ts';

holdToDocument();
afterEach(expectDocumented);
