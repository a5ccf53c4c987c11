// What is not as it should be, where, and what to do about it.
import type { Policies } from '../../../api/types.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Diagnostics } from '../../policy-draft/ui/diagnostics.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

export function Troubles({ policies: { refused, broken, warnings } }: { readonly policies: Policies }) {
  return (
    <>
      {refused !== null && (
        <Section title={text.refused}>
          <p className="mb-2 flex gap-2 text-deny">
            <Icon name="warning" className="mt-0.5" />
            <span>
              {text.refusedAt}
              <Time iso={refused.at} />. {text.refusedWhy}
            </span>
          </p>
          <Diagnostics items={refused.diagnostics} />
        </Section>
      )}
      {broken.length > 0 && (
        <Section title={text.broken}>
          <p className="mb-2 flex gap-2 text-deny">
            <Icon name="warning" className="mt-0.5" />
            <span>{text.brokenWhy}</span>
          </p>
          <Facts
            facts={broken.map(({ tool, why }) => [tool, <PlainText key={tool} text={why} />] as const)}
          />
        </Section>
      )}
      {warnings.length > 0 && (
        <details className="border-t border-line px-4 py-2">
          <summary className="cursor-pointer text-hold">{text.warnings(warnings.length)}</summary>
          <div className="mt-2">
            <Diagnostics items={warnings} />
          </div>
        </details>
      )}
    </>
  );
}
