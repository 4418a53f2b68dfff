import { useEffect } from 'preact/hooks';

/** What the tab is called. */
export const useTitle = (title: string | null): void => {
  useEffect(() => {
    if (title !== null) document.title = `${title} · Drydock`;
  }, [title]);
};
