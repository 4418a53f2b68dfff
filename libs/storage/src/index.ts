export { FilesystemArtifactStore } from './filesystem-artifact-store.ts';
export { FilesystemSpool } from './filesystem-spool.ts';
export { ownedName, removeLeftOvers } from './left-overs.ts';
export { ProcOwners } from './proc-owners.ts';
export { readOnDemand } from './read-on-demand.ts';
