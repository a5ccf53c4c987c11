// Which set was in force from when on, newest first: what each changed, why, by whom and who agreed.
import { Link } from '@tanstack/react-router';
import type { PolicyHistory } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { DataTable, SHOWN_FROM } from '../../../ui/data-table.tsx';
import { useOpenId } from '../../../ui/split-page.tsx';
import { Empty, StateOf } from '../../../ui/state.tsx';
import { More } from '../../log/ui/more.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import { usePolicyHistory } from '../use-policies.ts';

type Version = PolicyHistory['versions'][number];

export function VersionTable() {
  const history = usePolicyHistory();
  const open = useOpenId();
  const { data } = history;
  const { columns } = text;
  return (
    <section aria-label={text.versions} className="border-t border-line">
      <StateOf query={history} failed={text.failed} loading={text.versions} />
      {data?.length === 0 && <Empty title={text.noVersions} />}
      {data !== undefined && data.length > 0 && (
        <DataTable
          label={text.versions}
          isBelowBar
          columns={[
            { title: columns.version },
            { title: columns.what },
            { title: columns.by, from: 'xl' },
            { title: columns.reviewers, from: '3xl' },
            { title: columns.when, from: 'lg' },
          ]}
        >
          {data.map((version) => (
            <Row key={version.version} version={version} isOpen={String(version.version) === open} />
          ))}
        </DataTable>
      )}
      <div className="px-4 pb-4 empty:hidden">
        <More list={history} />
      </div>
    </section>
  );
}

function Row({ version: each, isOpen }: { readonly version: Version; readonly isOpen: boolean }) {
  const { version, cause, author, reviewers, message, activatedAt, inForce, changes } = each;
  return (
    <tr className={`relative ${isOpen ? 'bg-selected' : 'bg-surface hover:bg-hover'}`}>
      <th scope="row" className="cell align-top font-normal">
        <Link
          id={`row-${version}`}
          data-row={version}
          to="/policies/versions/$version"
          params={{ version: String(version) }}
          aria-current={isOpen ? 'true' : undefined}
          className="font-medium text-ink tabular-nums after:absolute after:inset-0 hover:no-underline"
        >
          {version}
        </Link>
        {inForce && (
          <span className="ml-2">
            <Badge sign={{ tone: 'allow', label: text.inForce }} />
          </span>
        )}
      </th>
      <td className="cell w-full max-w-0 min-w-32 align-top">
        <span className="block truncate">{text.phrase(changes, changes.names)}</span>
        <span className="block truncate text-muted">
          {text.causes[cause]}
          {message !== '' && (
            <>
              : <PlainText text={message} />
            </>
          )}
        </span>
      </td>
      <td className={`cell align-top ${SHOWN_FROM.xl}`}>{author}</td>
      <td className={`cell align-top ${SHOWN_FROM['3xl']}`}>
        {reviewers.length === 0 ? <span className="text-muted">{text.nobody}</span> : reviewers.join(', ')}
      </td>
      <td className={`cell align-top text-muted ${SHOWN_FROM.lg}`}>
        <Time iso={activatedAt} />
      </td>
    </tr>
  );
}
