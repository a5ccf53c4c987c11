// How much an agent calls, and how that goes.
import type { Tally } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { tallyText } from '../../tallies/model/standings.ts';
import { TallyBar } from '../../tallies/ui/tally-bar.tsx';
import { text } from '../text.ts';
import { useInventory } from '../use-agents.ts';

export function Activity({ name }: { readonly name: string }) {
  const row = useInventory().data?.agents.find(({ agent }) => agent.name === name);
  if (row === undefined) return null;
  return (
    <Section title={text.activity}>
      <dl className="space-y-1.5">
        <Span label={text.day} tally={row.day} />
        <Span label={text.month} tally={row.month} />
      </dl>
    </Section>
  );
}

function Span({ label, tally }: { readonly label: string; readonly tally: Tally }) {
  return (
    <div>
      <dt className="text-muted">{label}</dt>
      <dd className="flex items-center gap-3">
        <span className="flex w-40">
          <TallyBar tally={tally} share={tally.calls === 0 ? 0 : 1} />
        </span>
        {tallyText(tally)}
      </dd>
    </div>
  );
}
