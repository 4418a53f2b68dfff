export { GitSources } from './git-sources.ts';
