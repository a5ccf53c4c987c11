// Chooses how far back a page looks.
import { type Span, SPANS } from '../model/span.ts';
import { text } from '../text.ts';

interface Props {
  readonly span: Span;
  readonly onChoose: (span: Span) => void;
}

export function SpanChoice({ span, onChoose }: Props) {
  return (
    <label className="flex items-center gap-2">
      <span className="sr-only">{text.span}</span>
      <select
        value={span}
        onChange={({ target }) => onChoose(SPANS.find((each) => each === target.value) ?? 'day')}
        className="field w-auto py-1"
      >
        {SPANS.map((each) => (
          <option key={each} value={each}>
            {text.spans[each]}
          </option>
        ))}
      </select>
    </label>
  );
}
