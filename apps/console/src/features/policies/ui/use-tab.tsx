// How often each policy of a version decided a call lately, and which never did.
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { PolicyVersionDetail } from '../../../api/types.ts';
import { Icon } from '../../../ui/icon.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { TableHead } from '../../../ui/table-head.tsx';
import { printQuery } from '../../calls/model/query.ts';
import { Archived } from '../../calls/ui/archived.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { TallyCount } from '../../tallies/ui/tally-count.tsx';
import { Time } from '../../time/ui/time.tsx';
import { listedIn, type ListedPolicy } from '../model/listed.ts';
import { type Period, PERIODS } from '../model/search.ts';
import { useOf, type UsedPolicy } from '../model/use.ts';
import { useText } from '../text.ts';
import { usePolicyUse } from '../use-versions.ts';

export function UseTab({ version }: { readonly version: PolicyVersionDetail }) {
  const { over = '7d' } = useSearch({ from: '/policies/versions/$version' });
  const navigate = useNavigate({ from: '/policies/versions/$version' });
  const use = usePolicyUse(over);
  const listed = useMemo(() => listedIn(version.sources), [version.sources]);
  const choose = (period: Period): void =>
    void navigate({
      search: ({ over: _over, ...search }) => (period === '7d' ? search : { ...search, over: period }),
      replace: true,
    });
  const counted = use.data?.facets['policy'];
  const { rows, unused } = useOf(listed, counted);
  const most = Math.max(1, ...rows.map(({ tally }) => tally?.calls ?? 0));
  return (
    <div className="px-4 py-3">
      <label className="mb-2 flex flex-wrap items-center gap-2">
        {useText.over}
        <select
          className="field w-auto py-1"
          value={over}
          onChange={({ target }) => choose(PERIODS.find((each) => each === target.value) ?? '7d')}
        >
          {PERIODS.map((each) => (
            <option key={each} value={each}>
              {useText.periods[each]}
            </option>
          ))}
        </select>
      </label>
      <StateOf query={use} failed={useText.failed} loading={useText.loading} />
      {use.data !== undefined && (
        <>
          <p>{unused === null ? useText.notWhole : useText.unused(unused, rows.length)}</p>
          <div className="mb-2 text-muted">
            <p>{useText.why}</p>
            <Archived archived={use.data.archived} />
          </div>
          <UseTable rows={rows} most={most} over={over} isWhole={unused !== null} />
        </>
      )}
    </div>
  );
}

interface TableProps {
  readonly rows: readonly UsedPolicy[];
  readonly most: number;
  readonly over: Period;
  readonly isWhole: boolean;
}

function UseTable({ rows, most, over, isWhole }: TableProps) {
  const { columns } = useText;
  return (
    <table className="w-full table-fixed text-left">
      <caption className="sr-only">{useText.caption}</caption>
      <TableHead
        columns={[
          { title: columns.policy, className: 'w-1/2' },
          { title: columns.calls },
          { title: columns.latest, className: 'hidden w-28 @lg:table-cell' },
        ]}
      />
      <tbody>
        {rows.map(({ policy, tally }) => (
          <tr key={policy.id} className="border-t border-line align-top">
            <th scope="row" className="py-1 pr-3 font-normal">
              <Name policy={policy} />
            </th>
            <td className="py-1 pr-3">
              {tally === null ? (
                <span className="inline-flex items-center gap-1 text-muted">
                  {isWhole && <Icon name="circle" className="size-3.5" />}
                  {isWhole ? useText.none : useText.few}
                </span>
              ) : (
                <Link
                  to="/calls"
                  search={{
                    q: printQuery([
                      { how: 'wanted', tests: [{ key: 'policy', value: policy.id, isPrefix: false }] },
                    ]),
                    last: over,
                  }}
                  className="block"
                >
                  <span className="sr-only">{useText.calls}: </span>
                  <TallyCount tally={tally} most={most} />
                </Link>
              )}
            </td>
            <td className="hidden py-1 text-muted @lg:table-cell">
              {tally !== null && <Time iso={tally.newestAt} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const EFFECT_TONES = {
  permit: 'text-allow',
  forbid: 'text-deny',
  guard: 'text-hold',
  template: 'text-muted',
  link: 'text-muted',
} as const;

function Name({ policy: { id, kind, description, file, line } }: { readonly policy: ListedPolicy }) {
  return (
    <>
      <Link
        from="/policies/versions/$version"
        search={({ file: _file, ...search }) => ({ ...search, tab: 'files' as const, policy: id })}
        replace
        title={useText.inFiles(file, line)}
        className="font-mono text-xs font-semibold wrap-anywhere"
      >
        <PlainText text={id} />
      </Link>{' '}
      <span className={EFFECT_TONES[kind]}>{kind}</span>
      {description !== null && (
        <span className="block text-muted wrap-anywhere">
          <PlainText text={description} />
        </span>
      )}
    </>
  );
}
