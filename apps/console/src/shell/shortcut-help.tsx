// The keyboard shortcuts, and the switch for those of a single key.
import { Dialog } from '../ui/dialog.tsx';
import { useMe } from './me.tsx';
import { navItemsFor } from './nav-items.ts';
import { text } from './text.ts';
import { setSingleKeys, useSingleKeys } from './use-shortcuts.ts';

const GENERAL = [
  ['Ctrl K', 'Go to a page or an id'],
  ['/', 'Search'],
  ['j k', 'Next and previous row'],
  ['Enter', 'Open the row'],
  ['Escape', 'Close what is open'],
  ['?', 'These shortcuts'],
] as const;

export function ShortcutHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const on = useSingleKeys();
  const { roles } = useMe();
  const rows = [...GENERAL, ...navItemsFor(roles).map(({ key, label }) => [`g ${key}`, label] as const)];
  return (
    <Dialog open={open} onClose={onClose} title={text.shortcuts}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 p-4">
        {rows.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt className="flex gap-1">
              {keys.split(' ').map((key) => (
                <kbd
                  key={key}
                  className="rounded border border-line bg-sunken px-1.5 font-mono text-xs leading-5"
                >
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label className="flex items-start gap-2.5 border-t border-line p-4">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => setSingleKeys(event.target.checked)}
          className="mt-0.5 size-4 accent-accent"
        />
        <span>
          {text.singleKeys}
          <span className="block text-muted">{text.singleKeysWhy}</span>
        </span>
      </label>
    </Dialog>
  );
}
