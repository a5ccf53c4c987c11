// What opens over the page from its frame. Fetched when one of them is first asked for.
import { Dialog } from '../ui/dialog.tsx';
import { Nav } from './nav.tsx';
import { Palette } from './palette.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { text } from './text.ts';

export type Overlay = 'menu' | 'palette' | 'help';

export function Overlays({ open, onClose }: { readonly open: Overlay | null; readonly onClose: () => void }) {
  return (
    <>
      <Dialog open={open === 'menu'} onClose={onClose} title={text.pages} side="left">
        <Nav onGo={onClose} />
      </Dialog>
      <Palette open={open === 'palette'} onClose={onClose} />
      <ShortcutHelp open={open === 'help'} onClose={onClose} />
    </>
  );
}
