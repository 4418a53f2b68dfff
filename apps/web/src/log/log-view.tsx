import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Connection } from '../api/follow-events.ts';
import { count } from '../text/amounts.ts';
import { useWindow } from '../ui/use-window.ts';
import type { LogBuffer } from './log-buffer.ts';
import { LogLineRow } from './log-line.tsx';
import { LogSearch } from './log-search.ts';
import { LogTools } from './log-tools.tsx';
import { useFollow } from './use-follow.ts';

export const LOG_ROW_PX = 20;

interface LogViewProps {
  readonly buffer: LogBuffer;
  readonly connection: Connection;
  /** Said when there is no line. */
  readonly emptyText: string;
}

/** The found lines, and the one that the person looks at. */
const useFound = (buffer: LogBuffer, length: number, onShow: (index: number) => void) => {
  const [wanted, setWanted] = useState('');
  const [chosen, setChosen] = useState(0);
  const search = useMemo(() => new LogSearch(buffer, wanted), [buffer, wanted]);
  const found = useMemo(() => search.update(), [search, length, buffer.dropped]);
  const show = (at: number): void => {
    if (found.length === 0) return;
    const next = (at + found.length) % found.length;
    setChosen(next);
    onShow((found[next] ?? 1) - buffer.dropped - 1);
  };
  const isAny = found.length > 0;
  useLayoutEffect(() => {
    // Also when the first one comes only now; before any key, which may ask for the next.
    if (isAny) show(0);
  }, [wanted, isAny]);
  return { wanted, setWanted, found, chosen: Math.min(chosen, found.length - 1), show };
};

export const LogView = ({ buffer, connection, emptyText }: LogViewProps) => {
  const { length, dropped } = buffer;
  const rows = useWindow(length, LOG_ROW_PX);
  const { isFollowing, setFollowing } = useFollow(rows, length + dropped);
  const { wanted, setWanted, found, chosen, show } = useFound(buffer, length, (index) => {
    setFollowing(false);
    rows.scrollToRow(index, 'center');
  });
  const lines = Array.from({ length: Math.max(0, rows.end - rows.first) }, (_, i) =>
    buffer.at(rows.first + i),
  );
  return (
    <section class="log" aria-label="Log">
      <LogTools
        lines={dropped + length}
        connection={connection}
        isFollowing={isFollowing}
        onFollow={setFollowing}
        search={{ wanted, onWanted: setWanted, found: found.length, chosen, onShow: show }}
      />
      {dropped > 0 && (
        <p class="hint log-note">The first {count(dropped)} lines are in the artifacts only.</p>
      )}
      <div class="log-window" ref={rows.element} tabIndex={0} role="region" aria-label="Lines of the log">
        {length === 0 && <p class="loading">{emptyText}</p>}
        <div class="log-rows" style={{ height: `${String(length * LOG_ROW_PX)}px` }}>
          <div class="log-seen" style={{ transform: `translateY(${String(rows.first * LOG_ROW_PX)}px)` }}>
            {lines.map(
              (line) =>
                line && (
                  <LogLineRow
                    key={line.number}
                    line={line}
                    wanted={wanted}
                    isFound={line.number === found[chosen]}
                  />
                ),
            )}
          </div>
        </div>
      </div>
    </section>
  );
};
