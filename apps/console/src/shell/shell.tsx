// What stands around every page: the navigation, how the log stands, who is signed in; and the page itself.
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Outlet, useRouter } from '@tanstack/react-router';
import { Menu as MenuIcon, Search } from 'lucide-react';
import { useCallback, useState } from 'react';
import { LogBadge } from '../features/log/ui/log-badge.tsx';
import { text as sessionText } from '../features/session/text.ts';
import { ZoneSwitch } from '../features/time/ui/zone-switch.tsx';
import { Later } from '../ui/later.tsx';
import { loaded } from '../ui/load.ts';
import { Mark } from '../ui/mark.tsx';
import { ToastProvider } from '../ui/toast.tsx';
import { Account } from './account.tsx';
import { LiveProvider } from './live.tsx';
import type { Shortcut } from './model/shortcuts.ts';
import { Nav } from './nav.tsx';
import { useMe } from './me.tsx';
import { navItemsFor } from './nav-items.ts';
import type { Overlay } from './overlays.tsx';
import { text } from './text.ts';
import { useShortcuts } from './use-shortcuts.ts';

const Overlays = loaded(() => import('./overlays.tsx'), 'Overlays');

export function Shell() {
  return (
    // SECURITY: no component may bring a style element of its own: the content security policy has no room for it.
    <CSPProvider disableStyleElements>
      <ToastProvider>
        <LiveProvider>
          <Frame />
        </LiveProvider>
      </ToastProvider>
    </CSPProvider>
  );
}

function Frame() {
  const [open, setOpenOnly] = useState<Overlay | null>(null);
  const [isWanted, setWanted] = useState(false);
  const setOpen = useCallback((overlay: Overlay) => {
    setWanted(true);
    setOpenOnly(overlay);
  }, []);
  useShortcuts(useRun(setOpen));
  return (
    <div className="grid h-dvh grid-rows-[auto_minmax(0,1fr)] md:grid-cols-[auto_minmax(0,1fr)]">
      <a href="#content" className="skip">
        {text.skip}
      </a>
      <header className="flex min-h-12 flex-wrap items-center gap-x-2 border-b border-line bg-surface px-3 py-1.5 md:col-span-2">
        <button
          type="button"
          className="button-quiet px-1 md:hidden"
          aria-label={text.menu}
          onClick={() => setOpen('menu')}
        >
          <MenuIcon aria-hidden="true" className="size-4" />
        </button>
        <span className="flex items-center gap-2 font-semibold">
          <Mark /> {sessionText.product}
        </span>
        <div className="ml-auto flex flex-wrap items-center justify-end gap-x-1">
          <button type="button" className="button-quiet" onClick={() => setOpen('palette')}>
            <Search aria-hidden="true" className="size-4" strokeWidth={1.75} />
            <span className="max-sm:sr-only">{text.goTo}</span>
          </button>
          <LogBadge />
          <ZoneSwitch />
          <Account onShortcuts={() => setOpen('help')} />
        </div>
      </header>
      <div className="w-44 overflow-y-auto border-r border-line bg-surface max-md:hidden">
        <Nav />
      </div>
      <main id="content" tabIndex={-1} className="flex min-h-0 min-w-0 flex-col outline-none">
        <Outlet />
      </main>
      {isWanted && (
        <Later
          onClose={() => {
            setOpenOnly(null);
            setWanted(false);
          }}
        >
          <Overlays open={open} onClose={() => setOpenOnly(null)} />
        </Later>
      )}
    </div>
  );
}

/** What a shortcut does here. Searching is the page's own: its field says that it is one by `data-search`. */
function useRun(setOpen: (open: Overlay) => void): (shortcut: Shortcut) => boolean {
  const router = useRouter();
  const { roles } = useMe();
  return useCallback(
    (shortcut) => {
      if (shortcut.kind === 'palette' || shortcut.kind === 'help') {
        setOpen(shortcut.kind);
        return true;
      }
      if (shortcut.kind === 'search') {
        const field = document.querySelector<HTMLElement>('[data-search]');
        field?.focus();
        return field !== null;
      }
      const page = navItemsFor(roles).find(({ key }) => key === shortcut.key);
      if (page !== undefined) router.history.push(page.to);
      return page !== undefined;
    },
    [router, roles, setOpen],
  );
}
