// The labels that a chain has after so many of its calls, with those that its last call brought.
import { Chip } from '../../../ui/chip.tsx';
import { labelsAfter, newLabels, type Replayed } from '../model/replay.ts';
import { text } from '../text.ts';

export function LabelsSoFar({ hops, at }: { readonly hops: readonly Replayed[]; readonly at: number }) {
  const fresh = newLabels(hops, at);
  const labels = labelsAfter(hops, at);
  return (
    <p className="flex min-h-9 flex-wrap items-center gap-1.5 border-t border-line px-4 py-1.5 text-muted">
      {labels.length === 0 ? text.noLabels : text.labelsSoFar}
      {labels.map((label) => (
        <span key={label} className="inline-flex items-center gap-1">
          <Chip>{label}</Chip>
          {fresh.includes(label) && <span className="text-hold">{text.brought}</span>}
        </span>
      ))}
    </p>
  );
}
