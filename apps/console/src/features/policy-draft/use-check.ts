// What the gateway's validator says of a draft, a moment after it was last changed; an answer to what was there before is not
// waited for.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { PolicyCheck, PolicySource } from '../../api/types.ts';
import { defer } from '../../timers.ts';
import { usePolicies } from '../policies/use-policies.ts';
import { postCheck } from './api.ts';

const SETTLED_MS = 400;

export interface Checked {
  readonly check: PolicyCheck | undefined;
  /** What is shown may be about the text of a moment ago. */
  readonly isChecking: boolean;
  readonly error: Error | null;
  readonly again: () => void;
}

export function useCheck(files: readonly PolicySource[]): Checked {
  const settled = useSettled(files);
  const inForce = usePolicies().data?.active?.digest ?? null;
  const query = useQuery({
    queryKey: ['policies', 'check', numberOf(settled), inForce],
    queryFn: ({ signal }) => postCheck(settled, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return {
    check: query.data,
    isChecking: query.isFetching || settled !== files,
    error: query.error,
    again: () => void query.refetch(),
  };
}

/** As it was when it last stayed the same for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => defer(() => setSettled(value), SETTLED_MS), [value]);
  return settled;
}

const numbers = new WeakMap<object, number>();
let last = 0;

/** Stands for the files where they would be too long to be a key. */
function numberOf(files: readonly PolicySource[]): number {
  const known = numbers.get(files);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(files, last);
  return last;
}
