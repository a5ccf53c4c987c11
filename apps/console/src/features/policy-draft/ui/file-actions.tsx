// What can be done with the files of a draft: another one, another name, none any more; in from this machine and out to it.
import { Menu } from '@base-ui/react/menu';
import { Ellipsis, Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import type { PolicySource } from '../../../api/types.ts';
import { saveAs } from '../../../ui/download.ts';
import { type Draft, renamed, withFiles, without } from '../model/draft.ts';
import { text } from '../text.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { FileName } from './file-name.tsx';
import { WITHIN_PAGE } from '../../../ui/within-page.ts';

interface Props {
  readonly draft: Draft;
  readonly open: PolicySource | null;
  readonly onChange: (draft: Draft) => void;
  readonly onOpen: (file: string) => void;
  readonly onImport: (files: FileList | null) => Promise<void>;
}

type Asked = 'add' | 'rename' | 'remove';

export function FileActions({ draft, open, onChange, onOpen, onImport }: Props) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const close = (): void => setAsked(null);
  return (
    <div className="flex flex-none items-center gap-1 px-2">
      <button
        type="button"
        className="button-quiet px-1.5"
        onClick={() => setAsked('add')}
        aria-label={text.add}
        title={text.add}
      >
        <Plus aria-hidden="true" className="size-4" />
      </button>
      <Menu.Root>
        <Menu.Trigger className="button-quiet px-1.5" aria-label={text.fileActions} title={text.fileActions}>
          <Ellipsis aria-hidden="true" className="size-4" />
        </Menu.Trigger>
        <Menu.Portal container={WITHIN_PAGE}>
          <Menu.Positioner sideOffset={6} align="end" className="z-50">
            <Menu.Popup className="menu">
              {open !== null && (
                <>
                  <Item onClick={() => setAsked('rename')}>{text.rename}</Item>
                  <Item onClick={() => setAsked('remove')}>{text.remove}</Item>
                  <Item onClick={() => saveAs(open.text, open.file)}>{text.download}</Item>
                  <Menu.Separator className="my-1 h-px bg-line" />
                </>
              )}
              <Item onClick={() => picker.current?.click()}>{text.import}</Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        accept=".cedar,.yaml,.yml"
        aria-label={text.import}
        onChange={({ target }) => {
          void onImport(target.files).then(() => {
            // The same file can be chosen once more.
            target.value = '';
          });
        }}
      />
      <FileName
        key={asked}
        open={asked === 'add' || asked === 'rename'}
        title={asked === 'rename' && open !== null ? text.renameTitle(open.file) : text.addTitle}
        draft={draft}
        now={asked === 'rename' ? (open?.file ?? null) : null}
        onClose={close}
        onName={(name) => {
          close();
          onChange(
            asked === 'rename' && open !== null
              ? renamed(draft, open.file, name)
              : withFiles(draft, [{ file: name, text: '' }]),
          );
          onOpen(name);
        }}
      />
      {open !== null && (
        <ConfirmDialog
          open={asked === 'remove'}
          onClose={close}
          title={text.removeTitle(open.file)}
          effect={text.removeEffect}
          send={text.remove}
          onConfirm={() => {
            close();
            onChange(without(draft, open.file));
          }}
        />
      )}
    </div>
  );
}

const Item = ({ onClick, children }: { readonly onClick: () => void; readonly children: string }) => (
  <Menu.Item className="menu-item" onClick={onClick}>
    {children}
  </Menu.Item>
);
