// What an erasure would destroy, and the copies that it cannot reach.
import type { ChangeDetail } from '../../../api/types.ts';
import { Copyable } from '../../../ui/copyable.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { JsonText } from '../../payload/ui/json-text.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { effectOf } from '../model/erasures.ts';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';

export function ErasureEffectView({ change: { effect } }: { readonly change: ChangeDetail }) {
  const told = effectOf(effect);
  return (
    <Section title={text.destroys}>
      {told === null ? (
        <JsonText label={text.destroys} text={JSON.stringify(effect)} />
      ) : (
        <Facts
          facts={[
            [text.basis, <PlainText key="basis" text={told.basis} />],
            [text.values, text.valuesOf(count(told.details), count(told.entries), count(told.calls))],
            [
              text.between,
              told.from === null || told.to === null ? null : (
                <span key="between">
                  <Time iso={told.from} full /> – <Time iso={told.to} full />
                </span>
              ),
            ],
            [text.fields, told.fields.length === 0 ? null : told.fields.join(', ')],
            [
              text.agents,
              told.agents.length === 0
                ? null
                : told.agents.map(({ agent, calls }) => `${agent} (${count(calls)})`).join(', '),
            ],
            [
              text.keptByHold,
              told.held.length === 0
                ? null
                : told.held
                    .map(
                      ({ hold, reason, entries }) =>
                        `${hold}, ${reason}: ${text.entriesCount(count(entries))}`,
                    )
                    .join('; '),
            ],
            [text.leftOut, told.untold === undefined || told.untold === 0 ? null : text.untold(told.untold)],
            [
              text.notLookedInto,
              told.unreached === undefined || told.unreached.length === 0
                ? null
                : told.unreached.map(({ log, why }) => `${log}: ${why}`).join('; '),
            ],
            [
              text.copies,
              told.exports.length === 0 ? text.noCopies : <Copies key="copies" exports={told.exports} />,
            ],
          ]}
        />
      )}
      <details className="mt-2">
        <summary className="cursor-pointer text-muted">{text.exactly}</summary>
        <JsonText label={text.exactly} text={JSON.stringify(effect)} />
      </details>
    </Section>
  );
}

interface CopiesProps {
  readonly exports: readonly { readonly id: string; readonly actor: string; readonly at: string }[];
}

export function Copies({ exports }: CopiesProps) {
  return (
    <ul>
      {exports.map(({ id, actor, at }) => (
        <li key={id}>
          <Copyable value={id} what={text.theExport} />, <PlainText text={actor} />, <Time iso={at} full />
        </li>
      ))}
    </ul>
  );
}
