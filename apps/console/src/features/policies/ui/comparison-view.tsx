// Two sets beside each other as the gateway compares them: what each policy says otherwise, and what that means for agents.
import type { PolicyComparison } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { Diagnostics } from '../../policy-draft/ui/diagnostics.tsx';
import { versionText } from '../text.ts';
import { PolicyChanges } from './policy-changes.tsx';
import { ReachView } from './reach-view.tsx';

interface Props {
  readonly comparison: PolicyComparison;
  /** What the two sets are called, should one of them not fit the tools of today. */
  readonly names: { readonly before: string; readonly after: string };
}

export function ComparisonView({ comparison: { policies, reach, diagnostics }, names }: Props) {
  return (
    <>
      <Section title={versionText.what}>
        {policies === null ? (
          <p className="text-muted">{versionText.unreadable}</p>
        ) : policies.length === 0 ? (
          <p className="text-muted">{versionText.same}</p>
        ) : (
          <PolicyChanges changes={policies} />
        )}
      </Section>
      <Section title={versionText.means}>
        {reach !== null && <ReachView reach={reach} />}
        {reach === null &&
          (['before', 'after'] as const).map((side) => {
            const errors = diagnostics[side].filter(({ severity }) => severity === 'error');
            return errors.length === 0 ? null : (
              <div key={side} className="mb-3 last:mb-0">
                <p className="mb-1 text-deny">{versionText.invalid(names[side])}</p>
                <Diagnostics items={errors} />
              </div>
            );
          })}
      </Section>
    </>
  );
}
