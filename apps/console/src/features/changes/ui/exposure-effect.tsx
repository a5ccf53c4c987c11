// What a declassification would clear: whose exposure, to what, until when it would hold, and the call that brought it.
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import type { ClearedExposure } from '../model/effects.ts';
import { text } from '../text.ts';
import { CallLink } from '../../../ui/links.tsx';

export function ExposureEffect({ exposures }: { readonly exposures: readonly ClearedExposure[] }) {
  return (
    <ul className="space-y-2">
      {exposures.map(({ holder, kind, label, until, call, from }) => (
        <li key={`${kind} ${holder} ${label}`} className="rounded-md border border-line px-3 py-1.5">
          <p className="wrap-anywhere">
            <span className="text-muted">{kind === 'agent' ? text.agent : text.person}</span>{' '}
            <strong className="font-medium">
              <PlainText text={holder} />
            </strong>{' '}
            {text.exposedTo}{' '}
            <strong className="font-medium">
              <PlainText text={label} />
            </strong>
          </p>
          <p className="text-muted wrap-anywhere">
            {text.untilThen} <Time iso={until} full />, {text.broughtBy}{' '}
            <CallLink id={call}>{from === null ? text.aCall : <PlainText text={from} />}</CallLink>
          </p>
        </li>
      ))}
    </ul>
  );
}
