export type { HostFacts } from './compile/host-facts.ts';
export { DockerSandboxes } from './docker/docker-sandboxes.ts';
export { checkEngine } from './docker/engine-check.ts';
export { availableMemory } from './host/available-memory.ts';
export { DirectoryWorkspaces } from './workspaces/directory-workspaces.ts';
export { LoopWorkspaces } from './workspaces/loop-workspaces.ts';
export { freeShareOf } from './workspaces/measure-disk.ts';
