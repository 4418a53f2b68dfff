import { api } from '../api/client.ts';
import { PatchParser, type PatchFile } from './patch-parser.ts';

export interface LoadedPatch {
  readonly files: readonly PatchFile[];
  /** The end is left out: the patch is too large for a page. */
  readonly isCut: boolean;
}

const MAX_CHARACTERS = 64 * 1024 ** 2;
/** The page gets to draw and to listen after so much. */
const BREATH_CHARACTERS = 512 * 1024;

const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Reads and parses the patch of a task piece by piece, so that the page stays usable meanwhile.
 * @throws ApiError such as `artifact_not_available`.
 */
export const loadPatch = async (id: string, signal: AbortSignal): Promise<LoadedPatch> => {
  const parser = new PatchParser();
  const decoder = new TextDecoder();
  const reader = (await api.openArtifact(id, 'diff.patch', signal)).getReader();
  let characters = 0;
  let breathedAt = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const text = decoder.decode(piece.value, { stream: true });
    parser.push(text);
    characters += text.length;
    if (characters > MAX_CHARACTERS || parser.isFull) {
      await reader.cancel();
      return { files: parser.end(), isCut: true };
    }
    if (characters - breathedAt > BREATH_CHARACTERS) {
      breathedAt = characters;
      await breathe();
    }
  }
  return { files: parser.end(), isCut: false };
};
