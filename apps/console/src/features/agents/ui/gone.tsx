// Names that called and are registered no more.
import type { AgentInventory } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { tallyText } from '../../tallies/model/standings.ts';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

export function Gone({ gone }: Pick<AgentInventory, 'gone'>) {
  return (
    <Section title={text.gone}>
      <ul className="space-y-1">
        {gone.map(({ name, lastCallAt, month }) => (
          <li key={name} className="flex flex-wrap gap-x-3">
            <span className="font-medium">{name}</span>
            {lastCallAt !== null && <Time iso={lastCallAt} />}
            <span className="text-muted">{tallyText(month)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
