// A search in what calls carried, request by request: each is recorded, so none is made unless somebody asks for it.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { searchText } from '../../api/client.ts';
import type { TextSearchResult } from '../../api/types.ts';
import type { Asked } from './use-calls.ts';

export interface Found {
  readonly matches: TextSearchResult['matches'];
  readonly entries: number;
  readonly unreadable: number;
  /** Goes on; null where all was searched. */
  readonly next: string | null;
  readonly archived: TextSearchResult['archived'];
}

interface Question {
  readonly text: string;
  readonly reason: string;
}

export function useInfiniteTextSearch({ from, to }: Asked) {
  const [question, setQuestion] = useState<
    (Question & { readonly to?: string; readonly from?: string }) | null
  >(null);
  const [found, setFound] = useState<Found | null>(null);
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ before, ...asked }: Question & { readonly before: Found | null }) =>
      searchText({ ...asked, ...(before?.next != null && { cursor: before.next }) }),
    gcTime: 0,
    onSuccess: ({ matches, searched, nextCursor, archived }, { before }) =>
      setFound({
        matches: [...(before?.matches ?? []), ...matches],
        entries: (before?.entries ?? 0) + searched.entries,
        unreadable: (before?.unreadable ?? 0) + searched.unreadable,
        next: nextCursor,
        archived,
      }),
  });
  return {
    found,
    isPending,
    error,
    begin: (asked: Question): void => {
      // A cursor belongs to its text and times: both stay as they were when the search began.
      const whole = { ...asked, ...(from !== null && { from }), ...(to !== null && { to }) };
      setQuestion(whole);
      setFound(null);
      mutate({ ...whole, before: null });
    },
    goOn: (): void => {
      if (question !== null) mutate({ ...question, before: found });
    },
  };
}
