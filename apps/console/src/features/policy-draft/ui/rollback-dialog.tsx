// Going back to a version that was in force before: what that changes is shown first, by what fits the tools of today; then it
// takes a reason, and the same people as any other change.
import { useNavigate } from '@tanstack/react-router';
import { useMay } from '../../../shell/me.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ReasonForm } from '../../../ui/reason-dialog.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { Difference } from '../../changes/ui/difference.tsx';
import { usePolicies } from '../../policies/use-policies.ts';
import { text } from '../text.ts';
import { useRollback, useRollbackCheck } from '../use-proposal.ts';
import { Diagnostics } from './diagnostics.tsx';

interface Props {
  readonly version: number;
  readonly open: boolean;
  readonly onClose: () => void;
}

const words = text.rollback;

export function RollbackDialog({ version, open, onClose }: Props) {
  const publishing = usePolicies().data?.publishing;
  const isReviewed = (publishing?.quorum ?? 1) > 0;
  const closed = publishing?.closed ?? null;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={words.title(version)}
      description={closed ?? words.effect(isReviewed)}
    >
      {open && (
        <Content version={version} isReviewed={isReviewed} isClosed={closed !== null} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Content({
  version,
  isReviewed,
  isClosed,
  onClose,
}: Pick<Props, 'version' | 'onClose'> & { readonly isReviewed: boolean; readonly isClosed: boolean }) {
  const checked = useRollbackCheck(version);
  const { data } = checked;
  const mayPropose = useMay('policy_author', 'admin');
  return (
    <>
      <StateOf query={checked} failed={words.failed} loading={words.loading} />
      {data !== undefined && (
        <div
          className="max-h-[45vh] space-y-3 overflow-y-auto px-4 pt-3"
          role="region"
          aria-label={words.changes}
          tabIndex={0}
        >
          {data.ok ? (
            data.digest === data.base ? (
              <p className="text-muted">{words.same}</p>
            ) : (
              <Difference items={data.difference} />
            )
          ) : (
            <>
              <p className="text-deny">{words.invalid}</p>
              <Diagnostics items={data.diagnostics} />
            </>
          )}
        </div>
      )}
      {data?.ok === true && data.digest !== data.base && mayPropose && !isClosed && (
        <Send version={version} isReviewed={isReviewed} onClose={onClose} />
      )}
    </>
  );
}

function Send({
  version,
  isReviewed,
  onClose,
}: Pick<Props, 'version' | 'onClose'> & { readonly isReviewed: boolean }) {
  const rollback = useRollback(version);
  const navigate = useNavigate();
  const run = (reason: string): void =>
    rollback.mutate(reason, {
      onSuccess: ({ id, state }) => {
        onClose();
        if (state === 'pending') void navigate({ to: '/policies/changes/$change', params: { change: id } });
      },
    });
  return (
    <ReasonForm
      send={isReviewed ? words.sendReviewed : words.sendAtOnce}
      isDangerous={!isReviewed}
      onCancel={onClose}
      action={{ ...rollback, run }}
    />
  );
}
