// What a call carried: arguments, error, result, once somebody who may has asked for them.
import type { CallDetail } from '../../../api/types.ts';
import { Copyable } from '../../../ui/copyable.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { count } from '../../log/model/verification.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { SizedJson } from '../../payload/ui/sized-json.tsx';
import { text } from '../text.ts';
import type { useReveal } from '../use-call.ts';
import { RevealForm } from './reveal-form.tsx';

interface Props {
  readonly detail: CallDetail;
  readonly reveal: ReturnType<typeof useReveal>;
}

export function PayloadTab({ detail, reveal }: Props) {
  const { rx, tx } = detail.request;
  return (
    <>
      {detail.withheld.length > 0 ? (
        <RevealForm withheld={detail.withheld} reveal={reveal} />
      ) : (
        <Carried detail={detail} />
      )}
      <Section title={text.wire}>
        <Facts
          facts={[
            [text.received, rx === null ? null : <Digest key="rx" {...rx} />],
            [text.sent, tx === null ? null : <Digest key="tx" {...tx} />],
          ]}
        />
      </Section>
    </>
  );
}

function Carried({ detail }: { readonly detail: CallDetail }) {
  const { id } = detail.call;
  const { params } = detail.request;
  return (
    <>
      <Section title={text.params}>
        {params === null || params === '' ? (
          <p className="text-muted">{params === null ? text.paramsGone : text.paramsNone}</p>
        ) : (
          <SizedJson label={text.params} text={params} fileName={`${id}.arguments.json`} />
        )}
      </Section>
      {detail.error !== null && (
        <Section title={text.error}>
          <p className="wrap-anywhere">
            <PlainText text={detail.error} />
          </p>
        </Section>
      )}
      {detail.call.state === 'completed' && (
        <Section title={text.result}>
          {detail.result === null ? (
            <p className="text-muted">{text.resultGone}</p>
          ) : (
            <SizedJson label={text.result} text={detail.result} fileName={`${id}.result.json`} />
          )}
        </Section>
      )}
    </>
  );
}

function Digest({ sha256, bytes }: { readonly sha256: string; readonly bytes: number }) {
  return (
    <>
      {text.digest(count(bytes))}
      <Copyable value={sha256} what={text.digestOf} />
    </>
  );
}
