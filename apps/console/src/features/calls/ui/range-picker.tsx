// The stretch of time: the last so long, or two times, in the clock that the console shows.
import { useState } from 'react';
import { text as timeText } from '../../time/text.ts';
import { useZone } from '../../time/zone.ts';
import { fieldOf, instantOf, type Last, LASTS, type Range } from '../model/range.ts';
import { text } from '../text.ts';

interface Props {
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}

export function RangePicker({ range, onRange }: Props) {
  const isAbsolute = range.from !== undefined || range.to !== undefined;
  const [isCustom, setCustom] = useState(isAbsolute);
  const value = isAbsolute || isCustom ? 'custom' : (range.last ?? 'all');
  const choose = (chosen: string): void => {
    setCustom(chosen === 'custom');
    if (chosen === 'all') onRange({});
    if (Object.hasOwn(LASTS, chosen)) onRange({ last: chosen as Last });
  };
  return (
    <div className="flex flex-wrap items-end gap-2">
      <select
        aria-label={text.range}
        value={value}
        onChange={({ target }) => choose(target.value)}
        className="field h-8 w-auto py-1"
      >
        <option value="all">{text.all}</option>
        {(Object.keys(LASTS) as Last[]).map((last) => (
          <option key={last} value={last}>
            {text.lasts[last]}
          </option>
        ))}
        <option value="custom">{text.custom}</option>
      </select>
      {value === 'custom' && <Fields key={`${range.from} ${range.to}`} range={range} onRange={onRange} />}
    </div>
  );
}

function Fields({ range, onRange }: Props) {
  const zone = useZone();
  const [from, setFrom] = useState<string | null>(range.from ?? null);
  const [to, setTo] = useState<string | null>(range.to ?? null);
  const isUpsideDown = from !== null && to !== null && from >= to;
  const field = (label: string, iso: string | null, take: (iso: string | null) => void) => (
    <label className="flex items-center gap-1.5 text-muted">
      {label}
      <input
        type="datetime-local"
        step={1}
        value={fieldOf(iso, zone)}
        onChange={({ target }) => take(instantOf(target.value, zone))}
        className="field h-8 w-auto py-1 text-ink"
      />
    </label>
  );
  return (
    <form
      className="flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isUpsideDown) onRange({ ...(from !== null && { from }), ...(to !== null && { to }) });
      }}
    >
      {field(text.from, from, setFrom)}
      {field(text.to, to, setTo)}
      <span className="text-muted">{timeText.zone(zone)}</span>
      <button type="submit" className="button">
        {text.apply}
      </button>
      <span role="status" className="text-deny">
        {isUpsideDown && text.upsideDown}
      </span>
    </form>
  );
}
