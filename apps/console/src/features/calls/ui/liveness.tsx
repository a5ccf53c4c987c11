// Whether what is shown is up to date, in words.
import { Icon, type IconName } from '../../../ui/icon.tsx';
import type { LiveState } from '../live-calls.ts';
import { text } from '../text.ts';

interface Look {
  readonly icon: IconName;
  readonly text: string;
  readonly tone: string;
}

export function Liveness({
  status,
  still,
}: {
  readonly status: LiveState['status'];
  readonly still: boolean;
}) {
  const look = lookOf(status, still);
  if (look === null) return null;
  return (
    <p role="status" className={`flex items-center gap-1 ${look.tone}`}>
      <Icon name={look.icon} className={`size-3.5 ${status === 'reconnecting' ? 'pulse' : ''}`} />
      {look.text}
    </p>
  );
}

function lookOf(status: LiveState['status'], still: boolean): Look | null {
  switch (status) {
    case 'loading':
    case 'failed':
      return null;
    case 'reconnecting':
      return { icon: 'warning', text: text.reconnecting, tone: 'text-hold' };
    case 'live':
      return still
        ? { icon: 'pause', text: text.still, tone: 'text-muted' }
        : { icon: 'circle', text: text.live, tone: 'text-allow' };
  }
}
