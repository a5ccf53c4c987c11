// The log: its parts at addresses of their own, below one heading.
import { Link, Outlet } from '@tanstack/react-router';
import { useMay } from '../../../shell/me.tsx';
import { Page } from '../../../ui/page.tsx';
import { text } from '../text.ts';

const PARTS = [
  { to: '/log', label: text.parts.verify, forAuditors: false },
  { to: '/log/checkpoints', label: text.parts.checkpoints, forAuditors: false },
  { to: '/log/witnesses', label: text.parts.witnesses, forAuditors: false },
  { to: '/log/keys', label: text.parts.keys, forAuditors: false },
  { to: '/log/entries', label: text.parts.entries, forAuditors: true },
  { to: '/log/exports', label: text.parts.exports, forAuditors: true },
  { to: '/log/privacy', label: text.parts.privacy, forAuditors: false },
] as const;

export function LogPage() {
  const isAuditor = useMay('auditor', 'admin');
  return (
    <Page title={text.title}>
      <nav aria-label={text.partsOf}>
        <ul className="tabs border-t-0">
          {PARTS.filter(({ forAuditors }) => isAuditor || !forAuditors).map(({ to, label }) => (
            <li key={to} className="flex flex-none">
              <Link
                to={to}
                activeOptions={{ exact: to === '/log' }}
                className="tab flex items-center whitespace-nowrap"
              >
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="max-w-5xl [&>section:first-child]:border-t-0">
        <Outlet />
      </div>
    </Page>
  );
}
