import { api } from '../api/client.ts';

/** For a browser that is slow to begin. */
const KEPT_MS = 60_000;

/**
 * Downloads a file of a task. The key goes in a header, so a plain link would not do: the bytes are fetched, then saved.
 * @throws ApiError such as `artifact_not_available`.
 */
export const saveArtifact = async (taskId: string, name: string): Promise<void> => {
  const url = URL.createObjectURL(new Blob([await api.readArtifact(taskId, name)]));
  const link = Object.assign(document.createElement('a'), { href: url, download: `${taskId}-${name}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
};
