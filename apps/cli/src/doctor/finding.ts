/** What one look at the installation found. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}

export const ok = (what: string, detail: string): Finding => ({ what, state: 'ok', detail });
export const warning = (what: string, detail: string, fix: string): Finding => ({
  what,
  state: 'warning',
  detail,
  fix,
});
export const problem = (what: string, detail: string, fix: string): Finding => ({
  what,
  state: 'problem',
  detail,
  fix,
});
