// Who is sent what is recorded, how far each has got, and in its own words why not further.
import type { Settings } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Failed } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { type Receiver, receiversOf } from '../model/receivers.ts';
import { text } from '../text.ts';
import { useSinks } from '../use-settings.ts';

const TONES = { current: 'allow', sending: 'allow', failing: 'deny', stopped: 'warn' } as const;

export function Receivers({ receivers }: Pick<Settings, 'receivers'>) {
  const sinks = useSinks(receivers.length > 0);
  return (
    <Section title={text.receivers}>
      {receivers.length === 0 && <p className="text-muted">{text.noReceivers}</p>}
      {sinks.isError && (
        <Failed what={text.receiversFailed} error={sinks.error} onRetry={() => void sinks.refetch()} />
      )}
      <ul className="grid gap-3 @3xl:grid-cols-2">
        {receiversOf(receivers, sinks.data ?? []).map((receiver) => (
          <li key={receiver.name} className="rounded-md border border-line p-3">
            <Card receiver={receiver} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Card({ receiver }: { readonly receiver: Receiver }) {
  const { name, kind, destination, credential, details, standing } = receiver;
  return (
    <>
      <p className="mb-1 flex flex-wrap items-center gap-x-2">
        <strong className="min-w-0 font-medium wrap-anywhere">{name}</strong>
        <span className="text-muted">{kind}</span>
        {standing !== null && (
          <Badge sign={{ tone: TONES[standing.state], label: text.receiverStates[standing.state] }} />
        )}
      </p>
      <Facts
        facts={[
          [text.destination, destination],
          [text.credential, credential],
          [text.inTheClear, details.length === 0 ? text.nothing : details.join(', ')],
          [text.behind, standing === null ? null : text.entriesBehind(standing.lag)],
          [
            text.failing,
            standing === null || standing.failingSince === null ? null : (
              <Time key="since" iso={standing.failingSince} full />
            ),
          ],
          [
            text.lastFailure,
            standing === null || standing.error === null ? null : (
              <PlainText key="error" text={standing.error} />
            ),
          ],
        ]}
      />
    </>
  );
}
