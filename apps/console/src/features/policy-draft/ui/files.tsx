// The files of a draft as tabs, the text of the one that is open, and what the validator says of them all.
import { Tabs } from '@base-ui/react/tabs';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type DragEvent, useEffect, useMemo, useRef } from 'react';
import type { PolicyDiagnostic } from '../../../api/types.ts';
import { Icon } from '../../../ui/icon.tsx';
import { CedarEditor, type CedarEditorHandle } from '../../../ui/code/cedar-editor.tsx';
import { languageOfFile } from '../../../ui/code/file-language.ts';
import { type Draft, withText } from '../model/draft.ts';
import { text } from '../text.ts';
import type { Checked } from '../use-check.ts';
import { useImport } from '../use-import.ts';
import { useKnownNames } from '../use-known-names.ts';
import { Diagnostics } from './diagnostics.tsx';
import { FileActions } from './file-actions.tsx';

interface Props {
  readonly draft: Draft;
  readonly checked: Checked;
  readonly onChange: (draft: Draft) => void;
}

export function Files({ draft, checked, onChange }: Props) {
  const { file } = useSearch({ from: '/policies/draft' });
  const open = draft.files.find((each) => each.file === file) ?? draft.files[0];
  const navigate = useNavigate({ from: '/policies/draft' });
  const goTo = (name: string): void =>
    void navigate({ search: (search) => ({ ...search, file: name }), replace: true });
  const importFiles = useImport(draft);
  const editor = useRef<CedarEditorHandle>(null);
  const wanted = useRef<PolicyDiagnostic>(null);
  const name = open?.file;
  // A place in another file is gone to once that file is there.
  useEffect(() => {
    const place = wanted.current;
    if (place === null || place.file !== name) return;
    wanted.current = null;
    editor.current?.goTo(place.line, place.column);
  }, [name]);
  const show = (place: PolicyDiagnostic): void => {
    if (place.file === name) editor.current?.goTo(place.line, place.column);
    else {
      wanted.current = place;
      goTo(place.file);
    }
  };
  const names = useKnownNames().data;
  const findings = checked.check?.diagnostics ?? NONE;
  const own = useMemo(() => findings.filter((each) => each.file === name), [findings, name]);

  return (
    <div
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event: DragEvent) => {
        event.preventDefault();
        void importFiles(event.dataTransfer.files);
      }}
    >
      <Tabs.Root value={name ?? null} onValueChange={goTo}>
        <div className="flex items-stretch border-b border-line bg-surface">
          <Tabs.List aria-label={text.files} className="tabs min-w-0 flex-1 border-0">
            {draft.files.map((each) => (
              <Tabs.Tab key={each.file} value={each.file} className="tab font-mono text-xs">
                {each.file}
                <Findings count={findings.filter((one) => one.file === each.file).length} />
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <FileActions
            draft={draft}
            open={open ?? null}
            onChange={onChange}
            onOpen={goTo}
            onImport={importFiles}
          />
        </div>
        {open === undefined ? (
          <p className="px-4 py-6 text-center text-muted">{text.noFiles}</p>
        ) : (
          <Tabs.Panel key={open.file} value={open.file} className="p-3 outline-none">
            <CedarEditor
              ref={editor}
              value={open.text}
              label={text.textOf(open.file)}
              language={languageOfFile(open.file)}
              diagnostics={own}
              {...(names === undefined ? {} : { completions: names })}
              onChange={(next) => onChange(withText(draft, open.file, next))}
            />
          </Tabs.Panel>
        )}
      </Tabs.Root>
      {findings.length > 0 && (
        <section aria-label={text.diagnostics} className="border-t border-line px-4 py-3">
          <h2 className="eyebrow mb-2">{text.diagnostics}</h2>
          <Diagnostics items={findings} onGoTo={show} />
        </section>
      )}
    </div>
  );
}

const NONE: readonly PolicyDiagnostic[] = [];

function Findings({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <span className="ml-1.5 inline-flex items-center gap-0.5 font-sans text-hold">
      <Icon name="warning" className="size-3" />
      {count}
      <span className="sr-only"> {text.faultsIn(count)}</span>
    </span>
  );
}
