// What a draft changes against the set in force, policy by policy.
import { Section } from '../../../ui/section.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { Difference } from '../../changes/ui/difference.tsx';
import { text } from '../text.ts';
import type { Checked } from '../use-check.ts';

export function ChangesPanel({ checked: { check, error, again } }: { readonly checked: Checked }) {
  if (check === undefined)
    return error === null ? (
      <Loading what={text.panelNames.changes} />
    ) : (
      <Failed what={text.checkFailed} error={error} onRetry={again} />
    );
  return (
    <Section title={text.changes.title}>
      {check.difference.length === 0 ? (
        <p className="text-muted">{check.ok ? text.changes.none : text.changes.unknown}</p>
      ) : (
        <Difference items={check.difference} />
      )}
    </Section>
  );
}
