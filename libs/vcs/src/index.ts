export { GitSources, type GitSourcesOptions } from './git-sources.ts';
export { GIT_LIMITS, type GitLimits } from './host/git-limits.ts';
export { BASE_INDEX } from './workspace/base-index.ts';
export type { SandboxUser } from './workspace/sandbox-user.ts';
