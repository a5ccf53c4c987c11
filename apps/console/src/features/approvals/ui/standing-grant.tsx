// An approval that no call has used yet: until when it is good, and, for whoever may give one, taking it back.
import { useState } from 'react';
import type { Approval } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import { useRevoke } from '../use-approvals.ts';
import { TimeLeft } from './time-left.tsx';

interface Props {
  readonly id: Approval['id'];
  readonly until: string;
}

export function StandingGrant({ id, until }: Props) {
  const mayRevoke = useMay('approver', 'admin');
  return (
    <Section title={text.standing}>
      <div className="flex flex-wrap items-center gap-3">
        <p>
          {text.standingWhy} <Time iso={until} full /> (<TimeLeft expiresAt={until} />)
        </p>
        {mayRevoke && <Revoke id={id} />}
      </div>
    </Section>
  );
}

function Revoke({ id }: Pick<Props, 'id'>) {
  const [isOpen, setOpen] = useState(false);
  const revoke = useRevoke(id);
  return (
    <>
      <button
        type="button"
        className="button button-reject"
        onClick={() => {
          revoke.reset();
          setOpen(true);
        }}
      >
        {text.revoke}
      </button>
      <ReasonDialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title={text.revokeTitle}
        effect={text.revokeEffect}
        send={text.sendRevoke}
        isDangerous
        action={{
          ...revoke,
          run: (reason) => revoke.mutate(reason),
        }}
      />
    </>
  );
}
