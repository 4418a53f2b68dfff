/**
 * Who made a file that may outlive its process. The mark goes into the file's name, so that the left-overs of a killed
 * process are told from the work of one that lives, or is frozen.
 */
export interface ProcessOwners {
  /** Of this process; letters, digits and dots. */
  readonly mark: string;
  /** `unknown`: another machine, another container, or no mark at all; then only age can tell. */
  stateOf(mark: string): 'alive' | 'dead' | 'unknown';
}
