import type { WorkspaceArea } from '@drydock/engine';
import { SANDBOX_UID } from '../compile/hardened.ts';

export interface AreaMode {
  readonly uid: number;
  readonly mode: number;
}

const ROOT = 0;
/** The sandbox's own: nobody else on the host but root looks in. */
const AGENTS: AreaMode = { uid: SANDBOX_UID, mode: 0o700 };
/** The sandbox may enter and read, and put nothing there; the attempt's directory (0700) keeps the host's users out. */
const SHOWN: AreaMode = { uid: ROOT, mode: 0o755 };

export const AREA_MODES: Readonly<Record<WorkspaceArea, AreaMode>> = {
  work: AGENTS,
  home: AGENTS,
  out: AGENTS,
  'verify-work': AGENTS,
  'verify-home': AGENTS,
  in: SHOWN,
  base: SHOWN,
  'run-setup': SHOWN,
  'run-agent': SHOWN,
  'run-verify': SHOWN,
  spool: { uid: ROOT, mode: 0o700 },
};

/** What counts against the client's disk limit. */
export const WRITABLE_AREAS = [
  'work',
  'home',
  'verify-work',
  'verify-home',
] as const satisfies WorkspaceArea[];
