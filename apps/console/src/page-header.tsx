// The page's head: whose console this is, how policy and the log stand, who is signed in.
import type { Session } from './api/types.ts';
import { LogBadge } from './features/log/ui/log-badge.tsx';
import { PoliciesLink } from './features/policies/ui/policies-link.tsx';
import { useSignOut } from './features/session/use-session.ts';
import { ZoneSwitch } from './features/time/ui/zone-switch.tsx';
import { Mark } from './ui/mark.tsx';
import { text } from './features/session/text.ts';

export function PageHeader({ session }: { readonly session: Session }) {
  const signOut = useSignOut();
  return (
    <header className="flex min-h-12 flex-wrap items-center gap-x-2 border-b border-line bg-surface px-4 py-1.5">
      <span className="flex items-center gap-2 font-semibold">
        <Mark /> {text.product}
      </span>
      <div className="ml-auto flex flex-wrap items-center justify-end gap-x-1">
        <PoliciesLink />
        <LogBadge />
        <ZoneSwitch />
        <span className="px-2 text-muted max-sm:hidden">{session.user}</span>
        <button type="button" className="button-quiet" onClick={() => signOut.mutate()}>
          {text.signOut}
        </button>
      </div>
      {signOut.error !== null && (
        <p role="alert" className="w-full text-deny">
          {text.notSignedOut(signOut.error.message)}
        </p>
      )}
    </header>
  );
}
