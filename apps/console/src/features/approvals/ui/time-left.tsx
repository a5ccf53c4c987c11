// How long a request still waits, counted down in the gateway's time.
import { useGatewayNow } from '../../time/clock.ts';
import { deadline } from '../model/deadline.ts';
import { text } from '../text.ts';

export function TimeLeft({
  expiresAt,
  announced = false,
}: {
  readonly expiresAt: string;
  readonly announced?: boolean;
}) {
  const left = deadline(expiresAt, useGatewayNow());
  return (
    <>
      <span role="timer" className={`tabular-nums ${left.urgent ? 'font-semibold text-deny' : ''}`}>
        {left.expired ? left.text : text.left(left.text)}
      </span>
      {announced && (
        <span role="status" className="sr-only">
          {left.announcement}
        </span>
      )}
    </>
  );
}
