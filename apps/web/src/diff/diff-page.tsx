import { useEffect, useState } from 'preact/hooks';
import { wordsOf } from '../api/words-of.ts';
import type { Task } from '../api/types.ts';
import { saveArtifact } from '../task/save-artifact.ts';
import { Alert } from '../ui/alert.tsx';
import { DiffViewer } from './diff-viewer.tsx';
import { loadPatch, type LoadedPatch } from './load-patch.ts';

type State = { readonly patch: LoadedPatch | null; readonly error: string | null };

const usePatch = ({ id, finishedAt }: Task): State => {
  const [state, setState] = useState<State>({ patch: null, error: null });
  useEffect(() => {
    if (finishedAt === null) return undefined;
    const ended = new AbortController();
    loadPatch(id, ended.signal).then(
      (patch) => setState({ patch, error: null }),
      (error: unknown) => {
        if (!ended.signal.aborted) setState({ patch: null, error: wordsOf(error) });
      },
    );
    return () => ended.abort();
  }, [id, finishedAt]);
  return state;
};

/** The patch of a task that has ended, as people review it. */
export const DiffPage = ({ task }: { readonly task: Task }) => {
  const { patch, error } = usePatch(task);
  const [failure, setFailure] = useState<string | null>(null);
  const save = (): void =>
    void saveArtifact(task.id, 'diff.patch').catch((reason: unknown) => setFailure(wordsOf(reason)));
  if (task.finishedAt === null) return <p class="loading">The patch is there once the task has ended.</p>;
  if (error !== null) return <Alert tone="wait">{error}</Alert>;
  if (patch === null) return <p class="loading">Reading the patch…</p>;
  if (patch.files.length === 0) return <p class="loading">The agent changed nothing.</p>;
  return (
    <>
      {failure !== null && <Alert>{failure}</Alert>}
      <DiffViewer patch={patch} onSave={save} />
    </>
  );
};
