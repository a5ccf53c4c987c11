// A point in time: the chosen clock as text, exact UTC in the markup and on hover.
import { gatewayNow } from '../clock.ts';
import { clockTime, fullTime } from '../model/format.ts';
import { useZone } from '../zone.ts';

export function Time({ iso, full = false }: { readonly iso: string; readonly full?: boolean }) {
  const zone = useZone();
  return (
    <time dateTime={iso} title={iso} className={`tabular-nums ${full ? '' : 'whitespace-nowrap'}`}>
      {full ? fullTime(iso, zone) : clockTime(iso, zone, gatewayNow())}
    </time>
  );
}
