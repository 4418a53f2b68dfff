export { YauzlArchives } from './yauzl-archives.ts';
