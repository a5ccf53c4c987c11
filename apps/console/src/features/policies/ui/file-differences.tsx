// The files that differ, each as what it was and what it is: beside each other where there is room, if so chosen.
import { useState } from 'react';
import type { PolicySource } from '../../../api/types.ts';
import { languageOfFile } from '../../../ui/code/file-language.ts';
import { Later } from '../../../ui/later.tsx';
import { loaded } from '../../../ui/load.ts';
import { Loading } from '../../../ui/state.tsx';
import { useNarrow } from '../../../ui/use-narrow.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { fileChanges } from '../model/files.ts';
import { versionText } from '../text.ts';

const DiffView = loaded(() => import('../../../ui/code/diff-view.tsx'), 'DiffView');

interface Props {
  readonly before: readonly PolicySource[];
  readonly after: readonly PolicySource[];
}

export function FileDifferences({ before, after }: Props) {
  const isNarrow = useNarrow();
  const [isWhole, setWhole] = useState(false);
  const [isSideBySide, setSideBySide] = useState(false);
  const changes = fileChanges(before, after);
  if (changes.length === 0) return <p className="text-muted">{versionText.sameText}</p>;
  return (
    <>
      <div className="mb-2 flex flex-wrap gap-x-4 gap-y-1">
        <Choice label={versionText.wholeFile} isOn={isWhole} onChange={setWhole} />
        {!isNarrow && <Choice label={versionText.sideBySide} isOn={isSideBySide} onChange={setSideBySide} />}
      </div>
      <Later until={<Loading what={versionText.openingCode} />}>
        <ul className="space-y-3">
          {changes.map(({ file, change, before: was, after: is }) => (
            <li key={file}>
              <p className="mb-1">
                <code className="font-mono text-xs font-semibold">
                  <PlainText text={file} />
                </code>{' '}
                <span className="text-muted">{versionText.changed[change]}</span>
              </p>
              <DiffView
                before={was}
                after={is}
                labels={{
                  before: versionText.oldText(file),
                  after: versionText.newText(file),
                  both: versionText.bothTexts(file),
                }}
                language={languageOfFile(file)}
                isSideBySide={isSideBySide && !isNarrow}
                isWhole={isWhole}
              />
            </li>
          ))}
        </ul>
      </Later>
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

const Choice = ({ label, isOn, onChange }: ChoiceProps) => (
  <label className="flex min-h-6 cursor-pointer items-center gap-2">
    <input type="checkbox" checked={isOn} onChange={({ target }) => onChange(target.checked)} />
    {label}
  </label>
);
