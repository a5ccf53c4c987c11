// What a change of the registry would do: each object field by field, and the recorded calls that would come out otherwise.
import { Badge } from '../../../ui/badge.tsx';
import { decisionSign } from '../../calls/model/wording.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Looked } from '../../policy-draft/ui/looked.tsx';
import type { ObjectChange, RegistryEffect as Effect, ReplayGroup } from '../model/effects.ts';
import { text } from '../text.ts';
import { CallLink } from '../../../ui/links.tsx';

export function RegistryEffect({ effect }: { readonly effect: Effect }) {
  return (
    <div className="space-y-3">
      <ul className="space-y-2">
        {effect.objects.map((object) => (
          <li key={`${object.kind} ${object.name}`} className="rounded-md border border-line">
            <ObjectCard object={object} />
          </li>
        ))}
      </ul>
      <Replay replay={effect.replay} />
    </div>
  );
}

function ObjectCard({ object: { op, kind, name, fields } }: { readonly object: ObjectChange }) {
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2 px-3 py-1.5">
        <span className="text-muted">{kind}</span>
        <strong className="font-medium wrap-anywhere">{name}</strong>
        <span className="ml-auto text-muted">{op}</span>
      </p>
      <dl className="space-y-1 border-t border-line bg-sunken px-3 py-2">
        {fields.map(({ field, before, after, isGateways }) => (
          <div key={field}>
            <dt>
              <PlainText text={field} />
              {isGateways && <span className="text-muted">{text.gateways}</span>}
            </dt>
            <dd className="font-mono text-xs leading-5 wrap-anywhere">
              <Value tone="bg-deny-soft text-deny" sign={text.before} json={before} />{' '}
              <Value tone="bg-allow-soft text-allow" sign={text.after} json={after} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Value({
  tone,
  sign,
  json,
}: {
  readonly tone: string;
  readonly sign: string;
  readonly json: string | null;
}) {
  return (
    <span>
      <span className="text-muted">{sign}</span>{' '}
      {json === null ? (
        <span className="text-muted">{text.absent}</span>
      ) : (
        <span className={`rounded px-1 ${tone}`}>
          <PlainText text={json} />
        </span>
      )}
    </span>
  );
}

function Replay({ replay }: { readonly replay: Effect['replay'] }) {
  if ('none' in replay) return <p className="text-muted">{text.notReplayed(replay.none)}</p>;
  return (
    <div>
      {replay.decisions === 0 ? (
        <p className="text-muted">{text.noCalls(replay.lookedAt)}</p>
      ) : (
        <p>{text.replayed(replay)}</p>
      )}
      <Looked covered={replay.covered} />
      {replay.isCut && <p className="text-muted">{text.cut}</p>}
      <ul className="mt-2 space-y-2 empty:hidden">
        {replay.groups.map((group) => (
          <li key={`${group.agent} ${group.target} ${group.from} ${group.to}`}>
            <Group group={group} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Group({
  group: {
    agent,
    target,
    from,
    to,
    count,
    calls: [example],
  },
}: {
  readonly group: ReplayGroup;
}) {
  return (
    <p className="flex flex-wrap items-baseline gap-x-2">
      <strong className="font-medium wrap-anywhere">{agent}</strong>
      <span className="wrap-anywhere">
        <PlainText text={target} />
      </span>
      <span className="inline-flex items-baseline gap-1">
        <Badge sign={decisionSign(from)} />
        <span aria-hidden="true">→</span>
        <Badge sign={decisionSign(to)} />
      </span>
      <span className="text-muted">{text.times(count)}</span>
      {example !== undefined && <CallLink id={example}>{text.example}</CallLink>}
    </p>
  );
}
