// The policies on one screen: what is in force, what is not as it should be and where, what waits, and what was before.
import type { Change, Policies } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { kindText } from '../../changes/model/wording.ts';
import { usePendingChanges } from '../../changes/use-changes.ts';
import { PaneHeader } from '../../../ui/pane-header.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { ChangeLink } from '../../../ui/links.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import { usePolicies } from '../use-policies.ts';
import { History } from './history.tsx';

export function PoliciesView() {
  const policies = usePolicies();
  const { data } = policies;
  return (
    <>
      <PaneHeader
        kind={text.kind}
        id="policies"
        title={data?.active === null ? text.none : text.title}
        sign={data === undefined ? null : <Standing policies={data} />}
      />
      {policies.isError && (
        <Failed
          what={data === undefined ? text.failed : text.stale}
          error={policies.error}
          onRetry={() => void policies.refetch()}
        />
      )}
      {policies.isPending && <Loading what={text.loading} />}
      {data !== undefined && <Loaded policies={data} />}
    </>
  );
}

function Standing({ policies }: { readonly policies: Policies }) {
  return (
    <Badge
      sign={policies.degraded ? { tone: 'warn', label: text.degraded } : { tone: 'quiet', label: text.well }}
    />
  );
}

function Loaded({ policies }: { readonly policies: Policies }) {
  const { active, refused, broken, warnings, publishing } = policies;
  const { closed, group, quorum } = publishing;
  return (
    <>
      {refused !== null && (
        <Section title={text.refused}>
          <p className="mb-2">
            {text.refusedAt} <Time iso={refused.at} />
          </p>
          <Diagnostics items={refused.diagnostics} />
        </Section>
      )}
      {broken.length > 0 && (
        <Section title={text.broken}>
          <p className="mb-2">{text.brokenWhy}</p>
          <Facts
            facts={broken.map(({ tool, why }) => [tool, <PlainText key={tool} text={why} />] as const)}
          />
        </Section>
      )}
      <Section title={text.inForce}>
        <Facts
          facts={[
            [text.set, active === null ? null : <Digest key="set" digest={active.digest} />],
            [text.version, active?.version ?? null],
            [text.author, active?.author ?? null],
            [text.since, active === null ? null : <Time key="since" iso={active.activatedAt} full />],
            [text.files, active === null ? null : active.sources.map(({ file }) => file).join(', ') || '–'],
            [text.review, closed ?? (group === null ? text.reviewOff : text.reviewBy(quorum, group))],
          ]}
        />
      </Section>
      {warnings.length > 0 && (
        <Section title={text.warnings}>
          <Diagnostics items={warnings} />
        </Section>
      )}
      <Pending />
      <History />
    </>
  );
}

function Digest({ digest }: { readonly digest: string }) {
  return (
    <code className="font-mono text-xs" title={digest}>
      {digest.slice(0, 12)}
    </code>
  );
}

function Diagnostics({ items }: { readonly items: Policies['warnings'] }) {
  return (
    <ul className="space-y-1">
      {items.map(({ severity, file, line, column, message }) => (
        <li key={`${file}:${line}:${column} ${message}`} className="wrap-anywhere">
          <code className="font-mono text-xs">
            {file}:{line}:{column}
          </code>{' '}
          <span className={severity === 'error' ? 'text-deny' : 'text-hold'}>{severity}</span>{' '}
          <PlainText text={message} />
        </li>
      ))}
    </ul>
  );
}

function Pending() {
  const pending = usePendingChanges();
  return (
    <Section title={text.changes}>
      {pending.isError && <Failed what={text.failed} error={pending.error} />}
      {pending.data?.length === 0 && <p className="text-muted">{text.noChanges}</p>}
      <ul className="space-y-1">
        {(pending.data ?? []).map((change) => (
          <li key={change.id}>
            <ChangeLine change={change} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function ChangeLine({ change }: { readonly change: Change }) {
  return (
    <ChangeLink id={change.id}>
      <PlainText text={change.message} />{' '}
      <span className="text-muted">
        {text.by}
        {change.author} · {kindText(change.of)}
      </span>
    </ChangeLink>
  );
}
