export type { HostFacts, SandboxRuntime } from './compile/host-facts.ts';
export type { SandboxSpec } from './compile/sandbox-spec.ts';
export { compilePhase } from './compile/compile-phase.ts';
export { DockerSandboxes, type DockerSandboxesOptions } from './docker/docker-sandboxes.ts';
export { checkEngine, type EngineFacts } from './docker/engine-check.ts';
export { DirectoryWorkspaces } from './workspaces/directory-workspaces.ts';
export { LoopWorkspaces } from './workspaces/loop-workspaces.ts';
