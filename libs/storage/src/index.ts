export { FilesystemArtifactStore } from './filesystem-artifact-store.ts';
export { FilesystemSpool } from './filesystem-spool.ts';
