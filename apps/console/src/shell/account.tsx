// Who is signed in, always in sight; their menu is fetched when it is first asked for.
import { CircleUser } from 'lucide-react';
import { useState } from 'react';
import { useMe } from './me.tsx';
import { text } from './text.ts';
import { Later } from '../ui/later.tsx';
import { loaded } from '../ui/load.ts';

const AccountMenu = loaded(() => import('./account-menu.tsx'), 'AccountMenu');

export function Account({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const { user, displayName, breakGlass } = useMe();
  const [isWanted, setWanted] = useState(false);
  const button = (
    <button
      type="button"
      className="button-quiet"
      aria-label={text.account(user)}
      aria-haspopup="menu"
      onClick={() => setWanted(true)}
    >
      <AccountName user={displayName} isBreakGlass={breakGlass} />
    </button>
  );
  if (!isWanted) return button;
  return (
    <Later until={button} onClose={() => setWanted(false)}>
      <AccountMenu onShortcuts={onShortcuts} />
    </Later>
  );
}

interface Name {
  readonly user: string;
  /** Signed in past the identity provider: said wherever the name stands. */
  readonly isBreakGlass: boolean;
}

export function AccountName({ user, isBreakGlass }: Name) {
  return (
    <>
      <CircleUser aria-hidden="true" className="size-4" strokeWidth={1.75} />
      <span className="max-w-40 truncate max-sm:hidden">{user}</span>
      {isBreakGlass && (
        <span className="rounded bg-deny-soft px-1.5 font-medium text-deny">{text.breakGlass}</span>
      )}
    </>
  );
}
