/** What stands in the workspace other than in the base. Paths are bytes as latin1. */
export interface WorkspaceChanges {
  /** To be read: new files, and files of the base that were perhaps changed. */
  readonly toAdd: readonly string[];
  /** Of the base, and no longer there. */
  readonly toRemove: readonly string[];
}
