// That a candidate runs beside the set in force, and how often it would have decided otherwise; nothing where none runs.
import { Link } from '@tanstack/react-router';
import { Section } from '../../../ui/section.tsx';
import { useShadow } from '../../policy-draft/use-rehearsal.ts';
import { shadowText, text } from '../text.ts';

export function ShadowLine() {
  const { data } = useShadow();
  if (data === undefined || data.set === null) return null;
  return (
    <Section title={text.shadow}>
      <p>
        <Link to="/policies/shadow">
          <code className="font-mono text-xs">{data.set.digest.slice(0, 12)}</code>
        </Link>{' '}
        <span className="text-muted">
          {text.by}
          {data.set.author} · {shadowText.states[data.state]} ·{' '}
          {shadowText.summary(data.counts.compared, data.counts.differed)}
        </span>
      </p>
    </Section>
  );
}
