import { AppError } from '@drydock/domain';
import { shownName } from './entry-name.ts';

const leads = (path: string, target: string, isLink: (path: string) => boolean): boolean => {
  if (target === '' || target.startsWith('/') || target.includes('\0')) return false;
  const at = path.split('/').slice(0, -1); // a real folder: nothing in an archive lies behind a link
  let behindLink = false;
  for (const component of target.split('/')) {
    if (component === '' || component === '.') continue;
    if (component !== '..') {
      at.push(component);
      behindLink ||= isLink(at.join('/'));
    } else if (behindLink || at.pop() === undefined) return false;
  }
  return true;
};

/**
 * Refuses a symbolic link that can lead out of the tree. By the text alone `l -> x/y/../..` may seem to stay inside while
 * `x/y` is itself a link elsewhere, so nothing may go up once it went through a link. Then every link ends inside, by
 * induction over the links that it passes.
 * @param path - Of the link; like `target` and what `isLink` gets with one character per byte (latin1).
 * @throws AppError `archive_entry_type`. Case Z05.
 */
export const checkLinkTarget = (path: string, target: string, isLink: (path: string) => boolean): void => {
  if (!leads(path, target, isLink))
    throw new AppError(
      'archive_entry_type',
      `The symbolic link ${shownName(Buffer.from(path, 'latin1').toString())} in the ZIP leads out of it. Only relative links that stay inside are kept.`,
    );
};
