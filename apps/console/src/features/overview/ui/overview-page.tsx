// The overview: what happened in the chosen time, what waits for people, how the log stands.
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Overview } from '../../../api/types.ts';
import { Later } from '../../../ui/later.tsx';
import { loaded } from '../../../ui/load.ts';
import { Page } from '../../../ui/page.tsx';
import { Empty, Loading, StateOf } from '../../../ui/state.tsx';
import { usePendingApprovals } from '../../approvals/use-approvals.ts';
import { Archived } from '../../calls/ui/archived.tsx';
import { targetText } from '../../calls/model/wording.ts';
import { usePendingChanges } from '../../changes/use-changes.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';
import { useOverview } from '../use-overview.ts';
import { Figures } from './figures.tsx';
import { LogStanding } from './log-standing.tsx';
import type { Span } from '../model/span.ts';
import { waitingOf } from '../model/waiting.ts';
import { SpanChoice } from './span-choice.tsx';
import { TopTable } from './top-table.tsx';
import { Waiting } from './waiting.tsx';

// The numbers come first; the library that draws them is fetched beside them.
const OutcomeChart = loaded(() => import('../../tallies/ui/outcome-chart.tsx'), 'OutcomeChart');

export function OverviewPage() {
  const { span = 'day' } = useSearch({ from: '/' });
  const overview = useOverview(span);
  const navigate = useNavigate();
  const { data } = overview;
  return (
    <Page
      title={text.title}
      actions={
        <SpanChoice
          span={span}
          onChoose={(chosen) => void navigate({ to: '/', search: chosen === 'day' ? {} : { span: chosen } })}
        />
      }
    >
      {overview.isPending ? (
        <Counting />
      ) : (
        <StateOf query={overview} failed={text.failed} loading={text.loading} />
      )}
      {data !== undefined && <Loaded overview={data} span={span} />}
    </Page>
  );
}

/** What waits is known at once, however many calls are still being counted. */
function Counting() {
  const approvals = usePendingApprovals().data;
  const changes = usePendingChanges().data;
  return (
    <>
      <Loading what={text.loading} />
      <div className="h-[10.25rem]" />
      {approvals !== undefined && changes !== undefined && (
        <div className="grid @2xl:grid-cols-2">
          <Waiting {...waitingOf(approvals, changes)} />
        </div>
      )}
    </>
  );
}

function Loaded({ overview, span }: { readonly overview: Overview; readonly span: Span }) {
  const { total, archived, histogram, top } = overview;
  return (
    <>
      <section aria-label={text.counts}>
        <Figures total={total} span={span} />
        <div className="px-4 pb-2 text-muted empty:hidden">
          <Archived archived={archived} />
        </div>
      </section>
      <section aria-label={text.overTime} className="border-t border-line bg-surface px-4 py-3">
        {total.calls === 0 ? (
          <Empty title={text.nothing}>
            <p>{text.nothingWhy}</p>
          </Empty>
        ) : (
          <Later until={<div className="h-[10.25rem]" />}>
            <OutcomeChart histogram={histogram} />
          </Later>
        )}
      </section>
      <div className="grid @2xl:grid-cols-2">
        <Waiting approvals={overview.approvals} changes={overview.changes} />
        <LogStanding log={overview.log} />
        <TopTable title={text.agents} rows={top.agents.map(named)} />
        <TopTable
          title={text.tools}
          rows={top.tools.map((tool) => ({
            ...tool,
            key: `${tool.upstream} ${tool.resource}`,
            name: <PlainText text={targetText({ ...tool, operation: text.unnamed })} />,
          }))}
        />
        <TopTable title={text.teams} rows={top.teams.map(named)} />
        <TopTable title={text.policies} rows={top.policies.map(named)} />
      </div>
    </>
  );
}

const named = <T extends { readonly value: string }>(row: T) => ({
  ...row,
  key: row.value,
  name: <PlainText text={row.value === '' ? text.unnamed : row.value} />,
});
