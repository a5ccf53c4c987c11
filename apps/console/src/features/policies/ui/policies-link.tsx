// The way to the policies, always in sight, with what there is to see to.
import { Icon } from '../../../ui/icon.tsx';
import { usePendingChanges } from '../../changes/use-changes.ts';
import { hrefOf } from '../../selection/model/selection.ts';
import { followSelection } from '../../selection/use-selection.ts';
import { text } from '../text.ts';
import { usePolicies } from '../use-policies.ts';

const SELECTION = { kind: 'view', id: 'policies' } as const;

export function PoliciesLink() {
  const degraded = usePolicies().data?.degraded === true;
  const waiting = usePendingChanges().data?.length ?? 0;
  return (
    <a
      id="row-policies"
      href={hrefOf(SELECTION)}
      onClick={(event) => followSelection(event, SELECTION)}
      className={`button-quiet ${degraded ? 'text-deny hover:text-deny' : ''}`}
    >
      {degraded && <Icon name="warning" />}
      {text.link}
      {degraded && <span className="sr-only">{text.degraded}</span>}
      {waiting > 0 && (
        <span className="rounded bg-hold-soft px-1.5 text-hold">
          {waiting}
          <span className="sr-only"> {text.waiting(waiting)}</span>
        </span>
      )}
    </a>
  );
}
