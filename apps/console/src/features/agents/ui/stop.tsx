// Stops an agent at once, or lets it go again: with a reason, which goes on record.
import { useState } from 'react';
import type { AgentDetail } from '../../../api/types.ts';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { text } from '../text.ts';
import { useStop } from '../use-agents.ts';

export function Stop({ agent: { name, status } }: Pick<AgentDetail, 'agent'>) {
  const [isOpen, setOpen] = useState(false);
  const stop = useStop(name);
  if (status === 'retired') return null;
  const isRelease = status === 'quarantined';
  const label = isRelease ? text.release : text.quarantine;
  const run = (reason: string): void =>
    stop.mutate({ isRelease, reason }, { onSuccess: () => setOpen(false) });
  return (
    <>
      <button
        type="button"
        className={`button ${isRelease ? '' : 'button-reject'}`}
        onClick={() => {
          stop.reset();
          setOpen(true);
        }}
      >
        {label}
      </button>
      <ReasonDialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title={isRelease ? text.releaseTitle(name) : text.quarantineTitle(name)}
        effect={isRelease ? text.releaseEffect : text.quarantineEffect}
        send={label}
        isDangerous={!isRelease}
        action={{ ...stop, run }}
      />
    </>
  );
}
