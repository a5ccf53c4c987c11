// Where older calls are that a list does not have, or a count: it must not look as if there had been none.
import type { CallPage } from '../../../api/types.ts';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

export function Archived({ archived }: Pick<CallPage, 'archived'>) {
  if (archived === null) return null;
  return (
    <p className="mt-1">
      {text.archivedBefore} <Time iso={archived.before} full /> {text.archivedWhere}
    </p>
  );
}
