import type { Connection } from '../api/follow-events.ts';
import { count, counted } from '../text/amounts.ts';

interface LogToolsProps {
  readonly lines: number;
  readonly connection: Connection;
  readonly isFollowing: boolean;
  readonly onFollow: (follow: boolean) => void;
  readonly search: {
    readonly wanted: string;
    readonly onWanted: (text: string) => void;
    readonly found: number;
    readonly chosen: number;
    readonly onShow: (at: number) => void;
  };
}

const CONNECTIONS: Readonly<Record<Connection, string>> = {
  connecting: 'connecting',
  open: 'live',
  lost: 'connection lost, trying again',
  ended: 'complete',
};

const foundText = ({ wanted, found, chosen }: LogToolsProps['search']): string => {
  if (wanted === '') return '';
  return found === 0 ? 'none' : `${count(chosen + 1)} of ${count(found)}`;
};

const Steps = ({ search }: { readonly search: LogToolsProps['search'] }) => (
  <>
    <output class="log-found">{foundText(search)}</output>
    <button
      type="button"
      aria-label="Previous match"
      disabled={search.found === 0}
      onClick={() => search.onShow(search.chosen - 1)}
    >
      ↑
    </button>
    <button
      type="button"
      aria-label="Next match"
      disabled={search.found === 0}
      onClick={() => search.onShow(search.chosen + 1)}
    >
      ↓
    </button>
  </>
);

const Search = ({ search }: { readonly search: LogToolsProps['search'] }) => (
  <div class="log-search">
    <input
      type="search"
      aria-label="Search the log"
      placeholder="Search the log"
      value={search.wanted}
      onInput={(event) => search.onWanted(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') search.onShow(search.chosen + (event.shiftKey ? -1 : 1));
      }}
    />
    {search.wanted !== '' && <Steps search={search} />}
  </div>
);

export const LogTools = ({ lines, connection, isFollowing, onFollow, search }: LogToolsProps) => (
  <div class="log-tools">
    <Search search={search} />
    <span class={`connection connection-${connection}`} role="status">
      {CONNECTIONS[connection]}
    </span>
    <span class="log-count">{counted(lines, 'line')}</span>
    {connection !== 'ended' && (
      <button type="button" onClick={() => onFollow(!isFollowing)}>
        {isFollowing ? 'Pause' : 'Follow'}
      </button>
    )}
  </div>
);
