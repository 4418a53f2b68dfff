/**
 * The address by which GitHub knows the account that a commit names, without showing its mailbox. The number outlives a change
 * of the login. `host` is that of the pages: `github.com`.
 */
export const noreplyAddress = (
  { id, login }: { readonly id: number; readonly login: string },
  host: string,
): string => `${String(id)}+${login}@users.noreply.${host}`;
