// Something that is sent, and whose failure is told whatever becomes of the form: in it, or beside the page when it is gone by
// then, or when there never was one. Nobody may believe that an agent is quarantined because the form that says otherwise was
// closed, or the page left, before the answer came.
import { useMutation, type UseMutationOptions } from '@tanstack/react-query';
import { useLayoutEffect, useState } from 'react';
import { useToast } from './toast.tsx';

/** Where a failure is shown, for as long as it is there. */
export interface Place {
  /** Returns what leaves it again. */
  readonly enter: () => () => void;
  readonly isThere: () => boolean;
}

interface Options<Answer, Input> extends Omit<UseMutationOptions<Answer, Error, Input>, 'onError'> {
  /** What did not happen, before the reason why. */
  readonly notDone: (input: Input) => string;
  /** What was done although nobody saw what came of it, where that matters. */
  readonly doneUnseen?: (input: Input) => string;
}

export function useSending<Answer, Input>({ notDone, doneUnseen, ...options }: Options<Answer, Input>) {
  const { failed } = useToast();
  const [place] = useState(createPlace);
  const sent = useMutation({
    ...options,
    // WHY here: what is given along with a single request is not told any more once its form is gone.
    onSuccess: (answer, input, ...rest) => {
      if (doneUnseen !== undefined && !place.isThere()) failed(doneUnseen(input));
      notAwaited(options.onSuccess?.(answer, input, ...rest));
    },
    onSettled: (...settled) => notAwaited(options.onSettled?.(...settled)),
    onError: (error, input) => {
      if (!place.isThere()) failed(`${notDone(input)}: ${error.message}`);
    },
  });
  return { ...sent, place };
}

/**
 * WHY: the library shows nobody what came of a request before what follows on it is through: the lists that are asked for anew,
 * three times if the gateway does not answer. A form that is closed meanwhile was there when it was asked for, and shows nothing.
 */
function notAwaited(following: unknown): void {
  // Lists that fail say so where they stand.
  if (following instanceof Promise) following.catch(() => undefined);
}

/** What shows the failures of a request says so by this. */
export function usePlaceOf({ place }: { readonly place: Place }): void {
  useLayoutEffect(() => place.enter(), [place]);
}

function createPlace(): Place {
  let there = 0;
  return {
    enter: () => {
      there += 1;
      return () => {
        there -= 1;
      };
    },
    isThere: () => there > 0,
  };
}
