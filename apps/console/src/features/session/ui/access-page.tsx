// Who can get in: browsers that are signed in and tokens that are good. Everybody sees and ends their own, an admin everybody's.
import { useMay } from '../../../shell/me.tsx';
import { Page } from '../../../ui/page.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { text } from '../access-text.ts';
import { useSessions, useTokens } from '../use-access.ts';
import { IssueToken } from './issue-token.tsx';
import { SessionItem } from './session-item.tsx';
import { TokenItem } from './token-item.tsx';

export function AccessPage() {
  const isAdmin = useMay('admin');
  return (
    <Page title={text.title}>
      <div className="max-w-5xl [&>section:first-child]:border-t-0">
        <Section title={isAdmin ? text.sessions : text.ownSessions}>
          <Sessions />
        </Section>
        <Section title={isAdmin ? text.tokens : text.ownTokens}>
          <Tokens />
          {isAdmin && <IssueToken />}
        </Section>
      </div>
    </Page>
  );
}

const GRID = 'grid gap-3 @3xl:grid-cols-2';

function Sessions() {
  const { data, error, isPending, refetch } = useSessions();
  return (
    <>
      <p className="mb-2 max-w-3xl text-muted">{text.sessionsWhy}</p>
      {isPending && <Loading what={text.theSessions} />}
      {error !== null && <Failed what={text.sessionsFailed} error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="text-muted">{text.none}</p>}
      <ul className={GRID}>
        {(data ?? []).map((session) => (
          <li key={session.id} className="rounded-md border border-line p-3">
            <SessionItem session={session} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Tokens() {
  const { data, error, isPending, refetch } = useTokens();
  const ended = (data ?? []).filter(({ state }) => state === 'ended');
  const rest = (data ?? []).filter(({ state }) => state !== 'ended');
  return (
    <>
      <p className="mb-2 max-w-3xl text-muted">{text.tokensWhy}</p>
      {isPending && <Loading what={text.theTokens} />}
      {error !== null && <Failed what={text.tokensFailed} error={error} onRetry={() => void refetch()} />}
      {data !== undefined && rest.length === 0 && <p className="text-muted">{text.none}</p>}
      <ul className={GRID}>
        {rest.map((token) => (
          <li key={token.id} className="rounded-md border border-line p-3">
            <TokenItem token={token} />
          </li>
        ))}
      </ul>
      {ended.length > 0 && (
        <details className="mt-3">
          <summary className="cursor-pointer text-muted">{text.endedTokens(ended.length)}</summary>
          <ul className={`mt-2 ${GRID}`}>
            {ended.map((token) => (
              <li key={token.id} className="rounded-md border border-line p-3">
                <TokenItem token={token} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
