// Changes that wait for other people; nothing where none does.
import { Link } from '@tanstack/react-router';
import type { Change } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { useOpenId } from '../../../ui/split-page.tsx';
import { Failed } from '../../../ui/state.tsx';
import { kindText } from '../../changes/model/wording.ts';
import { usePendingChanges } from '../../changes/use-changes.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';

export function Pending() {
  const pending = usePendingChanges();
  const open = useOpenId();
  const { data = [] } = pending;
  if (pending.isError)
    return <Failed what={text.changesFailed} error={pending.error} onRetry={() => void pending.refetch()} />;
  if (data.length === 0) return null;
  return (
    <Section title={text.changes}>
      <ul className="-mx-2 space-y-0.5">
        {data.map((change) => (
          <li key={change.id} className={`rounded px-2 py-1 ${change.id === open ? 'bg-selected' : ''}`}>
            <ChangeLine change={change} isOpen={change.id === open} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function ChangeLine({ change, isOpen }: { readonly change: Change; readonly isOpen: boolean }) {
  return (
    <Link
      id={`row-${change.id}`}
      to="/policies/changes/$change"
      params={{ change: change.id }}
      aria-current={isOpen ? 'true' : undefined}
    >
      <PlainText text={change.message} />{' '}
      <span className="text-muted">
        {text.by}
        {change.author} · {kindText(change.of)}
      </span>
    </Link>
  );
}
