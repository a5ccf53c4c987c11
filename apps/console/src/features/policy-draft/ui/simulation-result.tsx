// What came of a simulation: how many decisions would move, from what to what, for whom, and what could not be told.
import type { DiffResult } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { byRisk, type Group, movesOf, notReplayedOf, type Replay, riskOf } from '../model/matrix.ts';
import type { Window } from '../model/search.ts';
import { text } from '../text.ts';
import { Diagnostics } from './diagnostics.tsx';
import { GroupTable } from './group-table.tsx';
import { Looked } from './looked.tsx';
import { Matrix } from './matrix.tsx';

const words = text.history;

interface Props {
  readonly result: DiffResult;
  readonly over: Window;
  readonly isStale: boolean;
}

export function SimulationResult({ result: { replay, covered, diagnostics, isCut }, over, isStale }: Props) {
  return (
    <>
      <Section title={words.windows[over]}>
        {isStale && <p className="mb-2 text-hold">{words.stale}</p>}
        {isCut && <p className="mb-2 text-hold">{words.cut}</p>}
        {replay === null ? (
          <>
            <p className="mb-2 text-deny">{words.invalid}</p>
            <Diagnostics items={diagnostics} />
          </>
        ) : (
          <Counted replay={replay} />
        )}
        <Looked covered={covered} />
      </Section>
      {replay !== null && <Groups groups={byRisk(replay.groups)} />}
      {replay !== null && <NotReplayed replay={replay} />}
    </>
  );
}

function Counted({ replay }: { readonly replay: Replay }) {
  const { opens, closes } = movesOf(replay.groups);
  return (
    <>
      <p role="status" className="mb-2">
        {replay.decisions === 0 ? words.nothing : words.summary(replay.decisions, replay.changed)}
        {replay.changed > 0 && words.moves(opens, closes)}
      </p>
      {replay.decisions > 0 && <Matrix replay={replay} />}
    </>
  );
}

function Groups({ groups }: { readonly groups: readonly Group[] }) {
  const opens = groups.filter((group) => riskOf(group) === 'opens');
  const closes = groups.filter((group) => riskOf(group) !== 'opens');
  return (
    <>
      {opens.length > 0 && (
        <Section title={words.opens}>
          <GroupTable label={words.opens} groups={opens} />
        </Section>
      )}
      {closes.length > 0 && (
        <Section title={words.closes}>
          <GroupTable label={words.closes} groups={closes} />
        </Section>
      )}
    </>
  );
}

function NotReplayed({ replay }: { readonly replay: Replay }) {
  const reasons = notReplayedOf(replay);
  if (reasons.length === 0) return null;
  return (
    <Section title={words.notReplayed}>
      <ul>
        {reasons.map(([reason, count]) => (
          <li key={reason}>
            <span className="tabular-nums">{count.toLocaleString('en')}</span>{' '}
            <span className="text-muted">{words.reasons[reason] ?? reason.replaceAll('_', ' ')}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
