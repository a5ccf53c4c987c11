// What of a call is looked through by classifiers: all that is sent, and all that its caller is told.
import type { InboundCall } from '../pipeline/types.ts';
import type { Classifiers } from './classifiers.ts';

type Classified = Pick<InboundCall, 'upstream' | 'message'>;

/** Labels of what is sent: whatever stands in the parameters, since all of it reaches the other side. */
export function labelsOfInput(
  { upstream, message }: Classified,
  classifiers: Classifiers,
): readonly string[] {
  return classifiers.labels('input', upstream.name, message?.paramsText ?? '');
}

/** @param texts a result or an error, as JSON or prose; null for none. */
export function labelsOfOutput(
  { upstream }: Classified,
  texts: readonly (string | null)[],
  classifiers: Classifiers,
): readonly string[] {
  const found = texts.flatMap((text) =>
    text === null ? [] : classifiers.labels('output', upstream.name, text),
  );
  return [...new Set(found)];
}
