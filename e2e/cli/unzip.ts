import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

const LINK = 0o120_000;
const TYPE = 0o170_000;

/** Unpacks a ZIP of our own, with its links and modes. */
export const unzip = async (path: string, target: string): Promise<void> => {
  const zip = await openPromise(path);
  for await (const entry of zip.eachEntry()) {
    const file = join(target, entry.fileName);
    const mode = entry.externalFileAttributes >>> 16;
    const stream = await zip.openReadStreamPromise(entry);
    await mkdir(dirname(file), { recursive: true });
    if ((mode & TYPE) === LINK) await symlink(await text(stream), file);
    else {
      await writeFile(file, await buffer(stream));
      await chmod(file, mode & 0o777);
    }
  }
};
