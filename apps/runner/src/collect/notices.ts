import type { MessageWriter } from '../protocol/message-writer.ts';
import { shownPath } from './collect-failure.ts';

const MAX_NAMED = 5;

const TEXTS = {
  nested_repository: 'A repository inside the workspace was taken as plain files, without its .git',
  special_file: 'Sockets, pipes and devices cannot be in a patch and were left out',
  unsafe_name: 'Names that git refuses as dangerous were left out',
  setup_changed_files:
    'Files that the setup commands wrote are in the patch; ignore them if they should not be',
  submodule_kept: 'Submodules stay as in the base; what stands in their place was left out',
} as const;

export type NoticeCode = keyof typeof TEXTS;

/** What collect left out or changed, told once per kind with a few examples. */
export class Notices {
  readonly #paths = new Map<NoticeCode, string[]>();

  add(code: NoticeCode, path: string): void {
    const paths = this.#paths.get(code);
    if (paths === undefined) this.#paths.set(code, [path]);
    else paths.push(path);
  }

  send(writer: MessageWriter): void {
    for (const [code, paths] of this.#paths) {
      const named = paths.slice(0, MAX_NAMED).map(shownPath).join(', ');
      const more = paths.length > MAX_NAMED ? ` and ${String(paths.length - MAX_NAMED)} more` : '';
      writer.send({ type: 'notice', code, message: `${TEXTS[code]}: ${named}${more}.` });
    }
  }
}
