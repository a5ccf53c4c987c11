// Two calls side by side: what differs, and, for those who may see it and say why, what they carried.
import { useMutation } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { revealCall } from '../../../api/client.ts';
import type { CallDetail } from '../../../api/types.ts';
import { Copyable } from '../../../ui/copyable.tsx';
import { CallLink } from '../../../ui/links.tsx';
import { Page } from '../../../ui/page.tsx';
import { neededWith, ReasonField, useReason } from '../../../ui/reason-field.tsx';
import { Section } from '../../../ui/section.tsx';
import { Empty, Failed, Loading } from '../../../ui/state.tsx';
import { useMay } from '../../../shell/me.tsx';
import { useCall } from '../../call/use-call.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { readPayload } from '../model/difference.ts';
import { text } from '../text.ts';
import { DifferenceTable } from './difference-table.tsx';

export function ComparePage() {
  const { a, b } = useSearch({ from: '/compare' });
  return (
    <Page title={text.title}>
      {a === undefined || b === undefined ? (
        <Empty title={text.choose}>
          <p>{text.chooseHow}</p>
          <Link to="/calls" className="button mt-3">
            {text.toCalls}
          </Link>
        </Empty>
      ) : (
        <Both key={`${a} ${b}`} a={a} b={b} />
      )}
    </Page>
  );
}

function Both({ a, b }: { readonly a: string; readonly b: string }) {
  const [first, second] = [useCall(a), useCall(b)];
  const error = first.error ?? second.error;
  if (error !== null)
    return (
      <Failed
        what={text.failed}
        error={error}
        onRetry={() => void Promise.all([first.refetch(), second.refetch()])}
      />
    );
  if (first.data === undefined || second.data === undefined) return <Loading what={text.loading} />;
  return <Compared first={first.data} second={second.data} />;
}

interface Props {
  readonly first: CallDetail;
  readonly second: CallDetail;
}

function Compared({ first, second }: Props) {
  const [isAll, setAll] = useState(false);
  const mayReveal = useMay('auditor', 'admin');
  const revealed = useMutation({
    // Kept nowhere but here: leaving the page forgets what was revealed.
    gcTime: 0,
    mutationFn: (reason: string) =>
      Promise.all([revealCall(first.call.id, reason), revealCall(second.call.id, reason)]),
  });
  const [left, right] = revealed.data ?? [first, second];
  return (
    <>
      <dl className="grid gap-x-4 px-4 py-3 @2xl:grid-cols-2">
        {[first, second].map(({ call }, at) => (
          <div key={call.id}>
            <dt className="eyebrow">{at === 0 ? text.first : text.second}</dt>
            <dd className="wrap-anywhere">
              <Copyable value={call.id} what={at === 0 ? text.firstId : text.secondId}>
                <CallLink id={call.id} className="min-w-0 font-mono text-xs wrap-anywhere">
                  {call.id}
                </CallLink>
              </Copyable>
              {call.sentence !== null && (
                <p>
                  <PlainText text={call.sentence} />
                </p>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <label className="flex min-h-8 items-center gap-2 px-4">
        <input type="checkbox" checked={isAll} onChange={({ target }) => setAll(target.checked)} />
        {text.all}
      </label>
      <Section title={text.call}>
        <DifferenceTable title={text.call} a={first.call} b={second.call} isAll={isAll} />
      </Section>
      <Section title={text.why}>
        <DifferenceTable title={text.why} a={left.why} b={right.why} isAll={isAll} />
      </Section>
      <Section title={text.facts}>
        <DifferenceTable title={text.facts} a={factsOf(first)} b={factsOf(second)} isAll={isAll} />
      </Section>
      {revealed.data !== undefined && (
        <Section title={text.payload}>
          <DifferenceTable title={text.payload} a={payloadOf(left)} b={payloadOf(right)} isAll={isAll} />
        </Section>
      )}
      {mayReveal && revealed.data === undefined && (
        <Section title={text.payload}>
          <RevealBoth reveal={revealed} />
        </Section>
      )}
    </>
  );
}

interface Reveal {
  readonly mutate: (reason: string) => void;
  readonly isPending: boolean;
  readonly error: Error | null;
}

function RevealBoth({ reveal }: { readonly reveal: Reveal }) {
  const { field, take } = useReason(neededWith(text.reasonNeeded));
  return (
    <form
      className="max-w-xl space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        const reason = take();
        if (reason !== null && !reveal.isPending) reveal.mutate(reason);
      }}
    >
      <p className="text-muted">{text.withheld}</p>
      <ReasonField {...field} label={text.reason} />
      <button type="submit" className="button" aria-disabled={reveal.isPending}>
        {text.reveal}
      </button>
      {reveal.error !== null && <Failed what={text.revealFailed} error={reveal.error} />}
    </form>
  );
}

const factsOf = ({ caller, token, actors, labels }: CallDetail) => ({ caller, token, actors, labels });

const payloadOf = ({ request, result, error }: CallDetail) => ({
  arguments: readPayload(request.params),
  result: readPayload(result),
  error: readPayload(error),
});
