import { CODE_HOST_FAULTS } from './code-host-faults.ts';
import type { Fault } from './fault.ts';
import { HOST_FAULTS, SANDBOX_FAULTS } from './host-faults.ts';
import { API_FAULTS, WORKER_FAULTS } from './process-faults.ts';
import { SERVICE_FAULTS } from './service-faults.ts';

/** All that can go wrong in a run. */
export const FAULTS: readonly Fault[] = [
  ...WORKER_FAULTS,
  ...API_FAULTS,
  ...SERVICE_FAULTS,
  ...CODE_HOST_FAULTS,
  ...SANDBOX_FAULTS,
  ...HOST_FAULTS,
];
