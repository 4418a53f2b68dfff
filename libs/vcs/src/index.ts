export { GitSources } from './git-sources.ts';
export { MirrorUpkeep } from './mirror/mirror-upkeep.ts';
