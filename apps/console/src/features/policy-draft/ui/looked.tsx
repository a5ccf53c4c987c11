// How much of the log was looked at, and how much of that lay in archives: a part must not pass for the whole.
import type { DiffResult } from '../../../api/types.ts';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

const words = text.history;

export function Looked({ covered }: Pick<DiffResult, 'covered'>) {
  if (covered === null || covered.since === null) return null;
  const { since, entries, archived, left } = covered;
  return (
    <p className="mt-2 text-muted">
      {words.covered(entries - left, entries)} <Time iso={since} full />.
      {archived > 0 && ` ${words.inArchives(archived)}`}
    </p>
  );
}
