import { useEffect, useState } from 'preact/hooks';

const CHANGED = 'drydock:location';

/** Goes to another page without loading anything. */
export const goTo = (url: string, how: 'push' | 'replace' = 'push'): void => {
  if (how === 'push') history.pushState(null, '', url);
  else history.replaceState(null, '', url);
  dispatchEvent(new Event(CHANGED));
};

/** Keeps where in a list the reader is with this entry of the history, so that the way back leads there. */
export const keepPlace = (cursors: readonly string[]): void => history.replaceState(cursors, '');

/** Empty: at the beginning. */
export const keptPlace = (): readonly string[] => {
  const kept: unknown = history.state;
  return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [];
};

/** Path and query of this tab, current in every render. */
export const useAddress = (): { path: string; query: URLSearchParams } => {
  const [address, setAddress] = useState(() => location.pathname + location.search);
  useEffect(() => {
    const update = (): void => setAddress(location.pathname + location.search);
    addEventListener('popstate', update);
    addEventListener(CHANGED, update);
    return () => {
      removeEventListener('popstate', update);
      removeEventListener(CHANGED, update);
    };
  }, []);
  const [path = '/', query = ''] = address.split('?');
  return { path, query: new URLSearchParams(query) };
};
