// A call without any words of ours: its entries as they stand in the log, and the API's own answer.
import type { CallDetail } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { count } from '../../log/model/verification.ts';
import { SizedJson } from '../../payload/ui/sized-json.tsx';
import { text } from '../text.ts';

export function RawTab({ detail }: { readonly detail: CallDetail }) {
  return (
    <>
      <Section title={text.raw}>
        <p className="mb-2 text-muted">{text.rawWhy}</p>
        <div className="space-y-4">
          {detail.entries.map(({ index, kind, header }) => (
            <SizedJson
              key={index}
              text={header}
              label={text.rawEntry(count(index), kind)}
              fileName={`entry-${index}.json`}
            />
          ))}
        </div>
      </Section>
      <Section title={text.rawCall}>
        <SizedJson text={JSON.stringify(detail)} label={text.rawCall} fileName={`${detail.call.id}.json`} />
      </Section>
    </>
  );
}
