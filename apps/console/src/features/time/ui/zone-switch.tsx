// Switches between local time and UTC.
import { setZone, useZone } from '../zone.ts';
import { text } from '../text.ts';

export function ZoneSwitch() {
  const zone = useZone();
  const other = zone === 'utc' ? 'local' : 'utc';
  return (
    <button type="button" className="button-quiet" onClick={() => setZone(other)}>
      <span className="sr-only">{text.shownIn}</span>
      {text.zone(zone)}
      <span className="sr-only">{text.switchTo(other)}</span>
    </button>
  );
}
