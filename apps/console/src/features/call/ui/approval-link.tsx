// A link to a request for approval by its id.
import { hrefOf } from '../../selection/model/selection.ts';
import { followSelection } from '../../selection/use-selection.ts';

export function ApprovalLink({ id }: { readonly id: string }) {
  const selection = { kind: 'approval', id } as const;
  return (
    <a
      href={hrefOf(selection)}
      onClick={(event) => followSelection(event, selection)}
      className="font-mono text-xs wrap-anywhere"
    >
      {id}
    </a>
  );
}
