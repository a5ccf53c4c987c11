// The navigation: every page by name, with what waits there for a person.
import { Link } from '@tanstack/react-router';
import { usePendingApprovals } from '../features/approvals/use-approvals.ts';
import { usePendingChanges } from '../features/changes/use-changes.ts';
import { usePolicies } from '../features/policies/use-policies.ts';
import { Icon } from '../ui/icon.tsx';
import { useMe } from './me.tsx';
import { type NavItem, navItemsFor } from './nav-items.ts';
import { text } from './text.ts';

export function Nav({ onGo }: { readonly onGo?: () => void }) {
  const { roles } = useMe();
  return (
    <nav aria-label={text.pages} className="p-2">
      <ul className="space-y-0.5">
        {navItemsFor(roles).map((item) => (
          <li key={item.to}>
            <Link
              to={item.to}
              {...(onGo === undefined ? {} : { onClick: onGo })}
              className="nav-link"
              activeOptions={{ exact: item.to === '/' }}
              activeProps={{ className: 'nav-link-active' }}
            >
              <item.icon aria-hidden="true" className="size-4 flex-none" strokeWidth={1.75} />
              <span className="flex-1">{item.label}</span>
              <Standing to={item.to} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Standing({ to }: Pick<NavItem, 'to'>) {
  if (to === '/approvals') return <WaitingApprovals />;
  if (to === '/policies') return <PoliciesStanding />;
  if (to === '/log') return <WaitingErasures />;
  return null;
}

const WaitingApprovals = () => <Waiting count={usePendingApprovals().data?.length ?? 0} />;

function WaitingErasures() {
  const { data } = usePendingChanges();
  return <Waiting count={data?.filter(({ of }) => of === 'erasure').length ?? 0} />;
}

function PoliciesStanding() {
  const changes = usePendingChanges();
  const degraded = usePolicies().data?.degraded === true;
  return (
    <>
      {degraded && (
        <>
          <Icon name="warning" className="text-deny" />
          <span className="sr-only">{text.degraded}</span>
        </>
      )}
      <Waiting count={changes.data?.filter(({ of }) => of !== 'erasure').length ?? 0} />
    </>
  );
}

function Waiting({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <span className="rounded bg-hold-soft px-1.5 font-medium text-hold tabular-nums">
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">{text.waiting(count)}</span>
    </span>
  );
}
