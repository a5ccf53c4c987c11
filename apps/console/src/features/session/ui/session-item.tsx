// A session: whose, since when, how it was opened, and the way to end it from here.
import type { SessionList } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Facts } from '../../../ui/section.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../access-text.ts';
import { useEndSession } from '../use-access.ts';

interface Props {
  readonly session: SessionList['sessions'][number];
}

export function SessionItem({
  session: { id, user, method, signedInAt, usedAt, expiresAt, current },
}: Props) {
  const end = useEndSession(user);
  return (
    <>
      <p className="mb-1 flex flex-wrap items-center gap-x-2">
        <strong className="min-w-0 font-medium wrap-anywhere">
          <PlainText text={user} />
        </strong>
        <span className="text-muted">{text.methods[method]}</span>
        {current && <Badge sign={{ tone: 'quiet', label: text.thisOne }} />}
      </p>
      <Facts
        facts={[
          [text.signedIn, <Time key="in" iso={signedInAt} full />],
          [text.used, <Time key="used" iso={usedAt} full />],
          [text.ends, <Time key="ends" iso={expiresAt} full />],
        ]}
      />
      {!current && (
        <button
          type="button"
          className="button mt-2"
          aria-label={text.endOf(user)}
          aria-disabled={end.isPending}
          onClick={() => end.mutate(id)}
        >
          {text.end}
        </button>
      )}
    </>
  );
}
