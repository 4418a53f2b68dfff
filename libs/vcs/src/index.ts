export { GitSources } from './git-sources.ts';
export { MirrorUpkeep } from './mirror/mirror-upkeep.ts';
export { GitBranchPublisher, type GitBranchPublisherOptions } from './publish/git-branch-publisher.ts';
