// Erasures that were proposed: those that wait for somebody's agreement, and what became of the latest others.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../../shell/me.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { approvalsOf, stateSign } from '../../changes/model/wording.ts';
import { text as changes } from '../../changes/text.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import { useErasureChanges } from '../use-log.ts';
import { EraseDialog } from './erase-dialog.tsx';

const SHOWN = 10;

export function PendingErasures() {
  const mayPropose = useMay('admin');
  const [isProposing, setProposing] = useState(false);
  const list = useErasureChanges();
  const all = list.data ?? [];
  const waiting = all.filter(({ state }) => state === 'pending');
  const shown = [...waiting, ...all.filter(({ state }) => state !== 'pending').slice(0, SHOWN)];
  return (
    <Section title={text.proposedErasures}>
      <p className="mb-2 max-w-3xl text-muted">{text.erasuresWhy}</p>
      <StateOf query={list} failed={text.erasuresFailed} loading={text.theErasures} />
      {list.isSuccess && waiting.length === 0 && <p className="text-muted">{text.nothingWaits}</p>}
      <ul className="divide-y divide-line">
        {shown.map((change) => (
          <li key={change.id} className="flex flex-wrap items-center gap-x-2 py-1.5">
            <Badge sign={stateSign(change.state)} />
            <Link to="/log/privacy/$change" params={{ change: change.id }} className="min-w-0 wrap-anywhere">
              <PlainText text={change.message} />
            </Link>
            <span className="text-muted">
              {text.proposedBy} <PlainText text={change.author} />, <Time iso={change.proposedAt} />
            </span>
            {change.state === 'pending' && (
              <span className="text-muted">
                {changes.approvals(approvalsOf(change), change.quorum, change.group)}
              </span>
            )}
          </li>
        ))}
      </ul>
      {mayPropose && (
        <button type="button" className="button mt-2" onClick={() => setProposing(true)}>
          {text.proposeErasure}
        </button>
      )}
      {isProposing && <EraseDialog onClose={() => setProposing(false)} />}
    </Section>
  );
}
