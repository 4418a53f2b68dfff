/** Who owns what the sandbox may write. */
export interface SandboxUser {
  readonly uid: number;
  readonly gid: number;
}

/** The user of every sandbox (design §9), when this process may give files away; else null: all stays its own. */
export const defaultSandboxUser = (): SandboxUser | null =>
  process.getuid?.() === 0 ? { uid: 10_001, gid: 10_001 } : null;
