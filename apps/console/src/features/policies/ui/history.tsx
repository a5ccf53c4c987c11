// Which set was in force from when on, newest first.
import type { PolicyHistory } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { Failed } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import { usePolicyHistory } from '../use-policies.ts';

export function History() {
  const history = usePolicyHistory();
  return (
    <Section title={text.history}>
      {history.isError && (
        <Failed what={text.failed} error={history.error} onRetry={() => void history.refetch()} />
      )}
      {history.data?.length === 0 && <p className="text-muted">{text.noHistory}</p>}
      <ol className="space-y-2">
        {(history.data ?? []).map((version) => (
          <Version key={version.version} version={version} />
        ))}
      </ol>
    </Section>
  );
}

function Version({ version }: { readonly version: PolicyHistory['versions'][number] }) {
  const { cause, author, reviewers, message, activatedAt, inForce, digest } = version;
  return (
    <li>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <strong className="font-medium">
          {text.version} {version.version}
        </strong>
        {inForce && <span className="text-allow">{text.inForce}</span>}
        <code className="font-mono text-xs text-muted">{digest.slice(0, 12)}</code>
        <span className="text-muted">
          <Time iso={activatedAt} />
        </span>
      </p>
      <p className="wrap-anywhere text-muted">
        {text.causes[cause]}, {text.by}
        {author}
        {reviewers.length > 0 && text.approvedBy(reviewers)}
        {message !== '' && (
          <>
            : <PlainText text={message} />
          </>
        )}
      </p>
    </li>
  );
}
