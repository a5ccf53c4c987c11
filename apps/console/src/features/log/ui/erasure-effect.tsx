// What an erasure would destroy, and the copies that it cannot reach.
import type { ChangeDetail } from '../../../api/types.ts';
import { Copyable } from '../../../ui/copyable.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { JsonText } from '../../payload/ui/json-text.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { type ErasureEffect, effectOf } from '../model/erasures.ts';
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
            [text.values, text.valuesOf(told.details, told.entries, told.calls)],
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
            [text.archived, lines(archivedTexts(told))],
            [text.leftOut, lines(leftOutTexts(told))],
            [text.notLookedInto, lines(told.unreached.map(({ log, why }) => `${log}: ${why}`))],
            [
              text.copies,
              told.exports.length === 0 ? (
                text.noCopies
              ) : (
                <Copies key="copies" exports={told.exports} more={told.moreExports} />
              ),
            ],
            [text.sentOn, lines(told.sinks.map(({ sink, kind, to }) => `${sink}: ${kind}, ${to}`))],
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

/** A line for each, of what others may have named; nothing where there is none. */
const lines = (texts: readonly string[]) =>
  texts.length === 0
    ? null
    : texts.map((one) => (
        <p key={one}>
          <PlainText text={one} />
        </p>
      ));

const archivedTexts = ({ archived, alongside, archives }: ErasureEffect): readonly string[] => [
  ...(archived === 0 ? [] : [text.archivedGoes(archived, alongside)]),
  ...archives.map(({ log, folder, entries }) => text.archivedOf(log, folder, entries)),
];

const leftOutTexts = ({ open, archivedLeft, untold }: ErasureEffect): readonly string[] => [
  ...(open === 0 ? [] : [text.notOver(open)]),
  ...(archivedLeft === 0 ? [] : [text.archivedStays(archivedLeft)]),
  ...(untold === 0 ? [] : [text.untold(untold)]),
];

interface CopiesProps {
  readonly exports: readonly { readonly id: string; readonly actor: string; readonly at: string }[];
  /** Exports that are not among them. */
  readonly more?: number;
}

export function Copies({ exports, more = 0 }: CopiesProps) {
  return (
    <ul>
      {exports.map(({ id, actor, at }) => (
        <li key={id}>
          <Copyable value={id} what={text.theExport} />, <PlainText text={actor} />, <Time iso={at} full />
        </li>
      ))}
      {more === 0 ? null : <li>{text.moreCopies(more)}</li>}
    </ul>
  );
}
