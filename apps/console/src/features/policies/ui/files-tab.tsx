// The files of a version, as they are; a policy that the address names stands out in its file.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { PolicyVersionDetail } from '../../../api/types.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { languageOfFile } from '../../../ui/code/file-language.ts';
import { Later } from '../../../ui/later.tsx';
import { loaded } from '../../../ui/load.ts';
import { Empty, Loading } from '../../../ui/state.tsx';
import { listedIn } from '../model/listed.ts';
import { versionText } from '../text.ts';

const CodeViewer = loaded(() => import('../../../ui/code/cedar-editor.tsx'), 'CedarEditor');

export function FilesTab({ version }: { readonly version: PolicyVersionDetail }) {
  const { file: wanted, policy } = useSearch({ from: '/policies/versions/$version' });
  const navigate = useNavigate({ from: '/policies/versions/$version' });
  const { sources } = version;
  const listed = useMemo(() => listedIn(sources), [sources]);
  const shown = policy === undefined ? undefined : listed.find(({ id }) => id === policy);
  const name = wanted ?? shown?.file;
  const source = sources.find(({ file }) => file === name) ?? sources[0];
  const marks = useMemo(
    () =>
      shown === undefined || shown.file !== source?.file
        ? []
        : [{ from: shown.from, to: shown.to, kind: 'line' as const }],
    [shown, source],
  );
  if (source === undefined) return <Empty title={versionText.noFiles} />;
  const open = (file: string): void =>
    void navigate({
      search: ({ policy: _policy, ...search }) => ({ ...search, file }),
      replace: true,
    });
  return (
    <div className="px-4 py-3">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <label className="flex min-w-0 flex-wrap items-center gap-2">
          {versionText.files}
          <select
            className="field w-auto max-w-full py-1 font-mono text-xs"
            value={source.file}
            onChange={({ target }) => open(target.value)}
          >
            {sources.map(({ file }) => (
              <option key={file} value={file}>
                {file}
              </option>
            ))}
          </select>
        </label>
        <CopyButton value={source.text} what={source.file} />
      </div>
      <Later until={<Loading what={versionText.openingCode} />}>
        <CodeViewer
          key={source.file}
          value={source.text}
          label={source.file}
          language={languageOfFile(source.file)}
          marks={marks}
          readOnly
        />
      </Later>
    </div>
  );
}
