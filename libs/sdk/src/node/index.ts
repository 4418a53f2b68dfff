/** What needs a file system: the same client, which takes paths too. */
import { Drydock as AnywhereDrydock, type DrydockOptions } from '../drydock.ts';
import { withPath } from './with-path.ts';

/** A client whose `tasks.create` takes `path`: a ZIP file, or a folder of which it makes one. */
export class Drydock extends AnywhereDrydock {
  constructor(options: DrydockOptions) {
    super(options, withPath);
  }
}

export { withZip } from './with-path.ts';
export type { WrittenZip, ZipContents } from './write-zip.ts';
