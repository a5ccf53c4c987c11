// Switches between local time and UTC.
import { setZone, useZone } from '../zone.ts';

export function ZoneSwitch() {
  const zone = useZone();
  const other = zone === 'utc' ? 'local' : 'utc';
  return (
    <button type="button" className="button-quiet" onClick={() => setZone(other)}>
      <span className="sr-only">Times are shown in </span>
      {zone === 'utc' ? 'UTC' : 'Local time'}
      <span className="sr-only">, switch to {other === 'utc' ? 'UTC' : 'local time'}</span>
    </button>
  );
}
