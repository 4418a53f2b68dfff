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
  readonly #seen = new Map<NoticeCode, { count: number; readonly named: string[] }>();

  add(code: NoticeCode, path: string): void {
    const seen = this.#seen.get(code) ?? { count: 0, named: [] };
    this.#seen.set(code, seen);
    seen.count++;
    if (seen.named.length < MAX_NAMED) seen.named.push(shownPath(path));
  }

  send(writer: MessageWriter): void {
    for (const [code, { count, named }] of this.#seen) {
      const more = count > named.length ? ` and ${String(count - named.length)} more` : '';
      writer.send({ type: 'notice', code, message: `${TEXTS[code]}: ${named.join(', ')}${more}.` });
    }
  }
}
