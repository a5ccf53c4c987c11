// Whether what is shown is up to date, in words.
import type { LiveStatus } from '../../../live-entries.ts';
import { Icon, type IconName } from '../../../ui/icon.tsx';
import { text } from '../text.ts';

interface Look {
  readonly icon: IconName;
  readonly text: string;
  readonly tone: string;
}

interface Props {
  readonly status: LiveStatus;
  readonly still: boolean;
  /** Whether the chosen time is over: nothing comes any more. */
  readonly past: boolean;
}

export function Liveness({ status, still, past }: Props) {
  const look = lookOf(status, still, past);
  return (
    <p role="status" className={`flex items-center gap-1 ${look.tone}`}>
      <Icon name={look.icon} className={`size-3.5 ${status === 'reconnecting' ? 'pulse' : ''}`} />
      {look.text}
    </p>
  );
}

function lookOf(status: LiveStatus, still: boolean, past: boolean): Look {
  if (status === 'connecting') return { icon: 'circle', text: text.connecting, tone: 'text-muted' };
  if (status === 'reconnecting') return { icon: 'warning', text: text.reconnecting, tone: 'text-hold' };
  if (past) return { icon: 'pause', text: text.past, tone: 'text-muted' };
  return still
    ? { icon: 'pause', text: text.still, tone: 'text-muted' }
    : { icon: 'circle', text: text.live, tone: 'text-allow' };
}
