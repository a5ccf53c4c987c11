// That a call is on record and stays there: its entries, their proofs checked in this browser, and what to take away to
// check them anywhere else.
import type { CallDetail } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Icon, type IconName } from '../../../ui/icon.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { count } from '../../log/model/verification.ts';
import { overall, type CheckpointCheck, type Verdict } from '../model/proof.ts';
import { text } from '../text.ts';
import { type Proofs, useProofs } from '../use-call.ts';
import { BundleForm } from './bundle-form.tsx';
import { CallEntries } from './call-entries.tsx';
import { Commands } from './commands.tsx';

const SIGNS: Readonly<Record<Verdict, { readonly icon: IconName; readonly look: string }>> = {
  good: { icon: 'shield', look: 'bg-allow-soft text-allow' },
  bad: { icon: 'broken', look: 'bg-deny-soft text-deny font-semibold' },
  unknown: { icon: 'hourglass', look: 'bg-hold-soft text-hold' },
};

export function ProofTab({ detail }: { readonly detail: CallDetail }) {
  const mayProve = useMay('auditor', 'admin');
  const proofs = useProofs(detail.call.id, detail.entries, mayProve);
  const { origin, index, leaf } = detail.receipt;
  return (
    <>
      <Section title={text.proven}>
        {!mayProve && <p className="text-muted">{text.proofForAuditors}</p>}
        {mayProve && proofs.isPending && <Loading what={text.proofLoading} />}
        {proofs.isError && (
          <Failed what={text.proofFailed} error={proofs.error} onRetry={() => void proofs.refetch()} />
        )}
        {proofs.data !== undefined && <Checked proofs={proofs.data} />}
      </Section>
      <CallEntries detail={detail} proofs={proofs.data} />
      <Section title={text.receipt}>
        <p className="mb-1 text-muted">{text.receiptIs}</p>
        <Facts
          facts={[
            [text.log, origin],
            [text.receiptIndex, count(index)],
            [text.receiptLeaf, <Hash key="leaf" hash={leaf} what={text.leaf(index)} />],
          ]}
        />
      </Section>
      {mayProve && <BundleForm of={{ call: detail.call.id }} />}
      <Commands call={detail.call.id} index={index} />
    </>
  );
}

function Checked({ proofs }: { readonly proofs: Proofs }) {
  const verdict = overall(proofs.entries, proofs.checkpoint);
  const { icon, look } = SIGNS[verdict];
  return (
    <>
      <p role="status" className={`flex items-start gap-2 rounded-md px-3 py-2 ${look}`}>
        <Icon name={icon} className="mt-0.5" />
        <span>
          {text.overall[verdict]}
          {!proofs.isWhole && ` ${text.uncovered}`}
        </span>
      </p>
      {proofs.checkpoint !== null && <Checkpoint checkpoint={proofs.checkpoint} />}
    </>
  );
}

function Checkpoint({ checkpoint }: { readonly checkpoint: CheckpointCheck }) {
  const { size, note, signature, signedBy } = checkpoint;
  return (
    <div className="mt-2">
      <Facts
        facts={[
          [text.checkpoint, text.checkpointOf(count(size))],
          [
            text.signed,
            <span key="signed" className={signature === 'bad' ? 'font-semibold text-deny' : ''}>
              {text.signature[signature]}
            </span>,
          ],
          ...signedBy.map((vkey) => [text.key, <Hash key={vkey} hash={vkey} what={text.theKey} />] as const),
          [text.note, <CopyButton key="note" value={note} what={text.theNote} />],
        ]}
      />
      {signature === 'good' && <p className="mt-1 text-muted">{text.keyFromElsewhere}</p>}
    </div>
  );
}

function Hash({ hash, what }: { readonly hash: string; readonly what: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <code className="font-mono text-xs leading-5 wrap-anywhere">{hash}</code>
      <CopyButton value={hash} what={what} />
    </span>
  );
}
