// A chain as it stands after so many of its calls: where that is stands in the address; playing moves it on.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { placeOf } from './model/replay.ts';

const STEP_MS = 1200;

export interface Replay {
  /** From 1 to `count`. */
  readonly at: number;
  readonly count: number;
  readonly isPlaying: boolean;
  readonly goTo: (at: number) => void;
  readonly togglePlaying: () => void;
}

export function useReplay(count: number): Replay {
  const at = placeOf(useSearch({ from: '/chains/$chain' }), count);
  const navigate = useNavigate({ from: '/chains/$chain' });
  const [isPlaying, setPlaying] = useState(false);
  const show = useCallback(
    (next: number) => {
      const place = Math.max(1, Math.min(next, count));
      void navigate({ search: place === count ? {} : { at: place }, replace: true, resetScroll: false });
    },
    [navigate, count],
  );
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = window.setTimeout(() => (at < count ? show(at + 1) : setPlaying(false)), STEP_MS);
    return () => window.clearTimeout(timer);
  }, [isPlaying, at, count, show]);
  return {
    at,
    count,
    isPlaying: isPlaying && count > 1,
    goTo: (next) => {
      setPlaying(false);
      show(next);
    },
    togglePlaying: () => {
      // From its end a chain is played from the beginning.
      if (!isPlaying && at === count) show(1);
      setPlaying(!isPlaying);
    },
  };
}
