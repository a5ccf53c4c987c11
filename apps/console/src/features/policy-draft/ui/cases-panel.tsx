// Cases: what the policies are for, one call at a time, run by the engine that decides live calls.
import type { Draft } from '../model/draft.ts';
import { useRef } from 'react';
import { withCases } from '../model/draft.ts';
import { CASES_EXAMPLE } from '../model/cases-example.ts';
import { CedarEditor } from '../../../ui/code/cedar-editor.tsx';
import { saveAs } from '../../../ui/download.ts';
import { Refusal } from '../../../ui/refusal.tsx';
import { Section } from '../../../ui/section.tsx';
import { text } from '../text.ts';
import { useImport } from '../use-import.ts';
import type { useCases } from '../use-rehearsal.ts';
import { CaseResults } from './case-results.tsx';

interface Props {
  readonly draft: Draft;
  readonly cases: ReturnType<typeof useCases>;
  readonly onChange: (draft: Draft) => void;
}

const words = text.cases;
const FILE = 'cases.yaml';

export function CasesPanel({ draft, cases, onChange }: Props) {
  const importFiles = useImport(draft);
  const picker = useRef<HTMLInputElement>(null);
  const isEmpty = draft.cases.trim() === '';
  const { data } = cases;
  const isStale = data !== undefined && (data.cases !== draft.cases || data.files !== draft.files);
  const run = (): void => {
    if (!cases.isPending) cases.mutate({ cases: draft.cases, files: draft.files });
  };
  return (
    <>
      <Section title={words.title}>
        <p className="mb-2 text-muted">{words.what}</p>
        <CedarEditor
          value={draft.cases}
          label={words.label}
          language="yaml"
          onChange={(next) => (next === draft.cases ? undefined : onChange(withCases(draft, next)))}
        />
        <div className="mt-2 flex flex-wrap items-center gap-2">
          <button
            type="button"
            className="button button-primary"
            disabled={isEmpty}
            aria-disabled={cases.isPending}
            onClick={run}
          >
            {cases.isPending ? `${words.running}…` : words.run}
          </button>
          {isEmpty && (
            <button
              type="button"
              className="button"
              onClick={() => onChange(withCases(draft, CASES_EXAMPLE))}
            >
              {words.example}
            </button>
          )}
          <button type="button" className="button-quiet" onClick={() => picker.current?.click()}>
            {text.import}
          </button>
          <input
            ref={picker}
            type="file"
            hidden
            accept=".yaml,.yml"
            aria-label={text.import}
            onChange={({ target }) => void importFiles(target.files).then(() => (target.value = ''))}
          />
          {!isEmpty && (
            <button type="button" className="button-quiet" onClick={() => saveAs(draft.cases, FILE)}>
              {text.download}
            </button>
          )}
        </div>
        {cases.error !== null && (
          <div className="mt-2 whitespace-pre-line">
            <strong className="font-semibold">{words.failed}.</strong>
            <Refusal error={cases.error} />
          </div>
        )}
        {isEmpty && <p className="mt-2 text-muted">{words.none}</p>}
        {isStale && <p className="mt-2 text-hold">{words.stale}</p>}
      </Section>
      {data !== undefined && cases.error === null && <CaseResults report={data.report} />}
    </>
  );
}
