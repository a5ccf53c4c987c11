// What a candidate means for agents, beside the set in force, when somebody asks: it takes the gateway a while.
import type { PolicySource } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { Failed } from '../../../ui/state.tsx';
import { draftText as text } from '../text.ts';
import type { useDraftComparison } from '../use-versions.ts';
import { ComparisonView } from './comparison-view.tsx';

interface Props {
  /** What the candidate is called. */
  readonly name: string;
  readonly files: readonly PolicySource[];
  readonly meaning: ReturnType<typeof useDraftComparison>;
}

export function DraftMeaning({ name, files, meaning: { data, error, isPending, mutate } }: Props) {
  return (
    <>
      <Section title={text.title}>
        <p className="mb-2 text-muted">
          {text.why} {data !== undefined && data.files !== files && text.stale}
        </p>
        <button type="button" className="button" disabled={isPending} onClick={() => mutate(files)}>
          {data === undefined ? text.ask : text.again}
        </button>
        {error !== null && <Failed what={text.failed} error={error} />}
      </Section>
      {data !== undefined && (
        <ComparisonView comparison={data.comparison} names={{ before: text.inForce, after: name }} />
      )}
    </>
  );
}
