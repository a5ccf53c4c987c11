// What can be done with the list: hold it still, show what waits, compare.
import { Link } from '@tanstack/react-router';
import type { LiveStatus } from '../../../live-entries.ts';
import { Icon } from '../../../ui/icon.tsx';
import type { CallList, ListState } from '../call-list.ts';
import { text } from '../text.ts';
import { Liveness } from './liveness.tsx';

interface Props {
  readonly list: CallList;
  readonly state: ListState;
  readonly status: LiveStatus;
  /** Whether the chosen time is over: nothing comes any more. */
  readonly past: boolean;
  readonly total: number | null;
  readonly still: boolean;
  readonly paused: boolean;
  readonly onPaused: (paused: boolean) => void;
  readonly picked: readonly string[];
  readonly onUnpick: () => void;
  readonly onTop: () => void;
}

export function CallTools(props: Props) {
  const { list, state, status, past, total, still, paused, onPaused, picked } = props;
  const waiting = state.window.waitingIds.size;
  const [a, b] = picked;
  return (
    <header className="sticky top-0 z-20 flex h-11 items-center gap-2 overflow-x-auto border-b *:shrink-0 border-line bg-canvas px-4">
      <h2 id="calls-heading" className="text-sm font-semibold whitespace-nowrap">
        {total === null ? text.heading : text.calls(total)}
      </h2>
      <Liveness status={status} still={still} past={past} />
      <p role="status" className="sr-only">
        {state.announcement}
      </p>
      <div className="flex-1 shrink!" />
      {waiting > 0 && (
        <button
          type="button"
          className="button button-primary min-h-7 rounded-full"
          onClick={() => {
            list.showWaiting();
            props.onTop();
          }}
        >
          <Icon name="up" className="size-3.5" />
          {text.waiting(waiting)}
        </button>
      )}
      {a !== undefined && b === undefined && <span className="text-muted">{text.pickOther}</span>}
      {a !== undefined && b !== undefined && (
        <Link to="/compare" search={{ a, b }} className="button min-h-7 hover:no-underline">
          {text.compare}
        </Link>
      )}
      {a !== undefined && (
        <button type="button" className="button-quiet" onClick={props.onUnpick}>
          {text.unpick}
        </button>
      )}
      <button
        type="button"
        className="button min-h-7"
        aria-pressed={paused}
        onClick={() => onPaused(!paused)}
      >
        <Icon name={paused ? 'play' : 'pause'} className="size-3.5" />
        {paused ? text.resume : text.pause}
      </button>
    </header>
  );
}
