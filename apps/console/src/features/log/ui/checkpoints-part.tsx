// The signed checkpoints, newest first: how much each covers, who signed it, and whether enough others did.
import type { CheckpointList } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { TableHead } from '../../../ui/table-head.tsx';
import { useOverview } from '../../overview/use-overview.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';
import { useCheckpoints } from '../use-log.ts';
import { HeldElsewhere } from './held-elsewhere.tsx';
import { More } from './more.tsx';

type Checkpoint = CheckpointList['checkpoints'][number];

export function CheckpointsPart() {
  const list = useCheckpoints();
  const overview = useOverview('hour');
  const checkpoints = list.data?.pages.flatMap((page) => page.checkpoints) ?? [];
  return (
    <>
      {overview.data !== undefined && <HeldElsewhere log={overview.data.log} />}
      <Section title={text.checkpoints}>
        <StateOf query={list} failed={text.failed} loading={text.theCheckpoints} />
        {list.isSuccess && checkpoints.length === 0 && <p className="text-muted">{text.noCheckpoints}</p>}
        {checkpoints.length > 0 && (
          <Table checkpoints={checkpoints} heldTo={overview.data?.log.held.size ?? null} />
        )}
        <More list={list} />
      </Section>
    </>
  );
}

interface Props {
  readonly checkpoints: readonly Checkpoint[];
  /** Null while that is not known. */
  readonly heldTo: number | null;
}

function Table({ checkpoints, heldTo }: Props) {
  return (
    <table className="w-full table-fixed text-left">
      <TableHead
        columns={[
          { title: text.size, className: 'w-20 @md:w-28' },
          { title: text.newestEntry, className: 'w-24 @md:w-36' },
          { title: text.signedBy },
        ]}
      />
      <tbody>
        {checkpoints.map((checkpoint) => (
          <Row key={checkpoint.size} checkpoint={checkpoint} heldTo={heldTo} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ checkpoint, heldTo }: { readonly checkpoint: Checkpoint; readonly heldTo: Props['heldTo'] }) {
  const { size, root, note, time, signatures, isQuorumMet } = checkpoint;
  return (
    <tr className="border-t border-line align-baseline">
      <td className="py-1 tabular-nums">{count(size)}</td>
      <td>
        <Time iso={time} />
      </td>
      <td className="py-1">
        <ul>
          {signatures.map(({ name, key, by, at }) => (
            <li key={`${name} ${key}`} className="flex flex-wrap items-baseline gap-x-2">
              <span className="text-muted">{text.signers[by]}</span>
              <span className="min-w-0 wrap-anywhere">
                <PlainText text={name} /> <code className="font-mono text-xs text-muted">{key}</code>
              </span>
              {at !== null && <Time iso={at} />}
            </li>
          ))}
        </ul>
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="text-muted">{text.root}</span>
          <code className="min-w-0 flex-1 truncate font-mono text-xs" title={root}>
            {root}
          </code>
          <CopyButton value={root} what={text.theRoot} />
          {isQuorumMet && <Badge sign={{ tone: 'allow', label: text.quorumMet }} />}
          {heldTo !== null && size > heldTo && <span className="text-hold">{text.notHeldYet}</span>}
          <CopyButton value={note} what={text.note} />
        </p>
      </td>
    </tr>
  );
}
