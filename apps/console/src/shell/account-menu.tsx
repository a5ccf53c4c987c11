// The menu of whoever is signed in: how the console looks for them, and the way out. Loaded when it is first asked for.
import { Menu } from '@base-ui/react/menu';
import { useNavigate } from '@tanstack/react-router';
import { text as sessionText } from '../features/session/text.ts';
import { useSignOut } from '../features/session/use-session.ts';
import { AccountName } from './account.tsx';
import { useMe } from './me.tsx';
import { setTheme, THEMES, useTheme } from './theme.ts';
import { text } from './text.ts';
import { WITHIN_PAGE } from '../ui/within-page.ts';

export function AccountMenu({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const me = useMe();
  const theme = useTheme();
  const signOut = useSignOut();
  const navigate = useNavigate();
  return (
    <Menu.Root defaultOpen>
      <Menu.Trigger className="button-quiet" aria-label={text.account(me.user)}>
        <AccountName user={me.displayName} isBreakGlass={me.breakGlass} />
      </Menu.Trigger>
      <Menu.Portal container={WITHIN_PAGE}>
        <Menu.Positioner sideOffset={6} align="end" className="z-50">
          <Menu.Popup className="menu">
            <p className="border-b border-line px-3 pt-1 pb-2 text-muted">
              <span className="block font-medium text-ink">{me.user}</span>
              {text.roles}: {me.roles.join(', ')}
            </p>
            <Menu.RadioGroup value={theme} onValueChange={setTheme}>
              <Menu.GroupLabel className="eyebrow px-3 pt-2 pb-1">{text.theme}</Menu.GroupLabel>
              {THEMES.map((each) => (
                <Menu.RadioItem key={each} value={each} className="menu-item">
                  <span aria-hidden="true" className="w-3">
                    {each === theme ? '•' : ''}
                  </span>
                  {text.themes[each]}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Separator className="my-1 h-px bg-line" />
            <Menu.Item className="menu-item" onClick={onShortcuts}>
              {text.shortcuts}
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => void navigate({ to: '/access' })}>
              {text.access}
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => signOut.mutate()}>
              {sessionText.signOut}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
