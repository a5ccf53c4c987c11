// What a call carried: arguments, error, result, once somebody who may has asked for them.
import type { CallDetail } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { JsonText } from '../../payload/ui/json-text.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';

export function CallPayload({ detail }: { readonly detail: CallDetail }) {
  return (
    <>
      <Section title={text.params}>
        {detail.request.params === null ? (
          <p className="text-muted">{text.paramsGone}</p>
        ) : detail.request.params === '' ? (
          <p className="text-muted">{text.paramsNone}</p>
        ) : (
          <JsonText label={text.params} text={detail.request.params} />
        )}
      </Section>
      {detail.error !== null && (
        <Section title={text.error}>
          <p className="wrap-anywhere">
            <PlainText text={detail.error} />
          </p>
        </Section>
      )}
      {detail.result !== null && (
        <Section title={text.result}>
          <JsonText label={text.result} text={detail.result} />
        </Section>
      )}
    </>
  );
}
