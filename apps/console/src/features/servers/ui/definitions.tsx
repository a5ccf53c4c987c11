// What a server defines: what waits to be accepted first, with what changed in it, then the rest by kind.
import type { Definition, DefinitionList } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { byNeed, stateSign } from '../model/standing.ts';
import { text } from '../text.ts';
import { useDefinitions } from '../use-servers.ts';
import { HeldBack } from './held-back.tsx';

export function Definitions({ name }: { readonly name: string }) {
  const definitions = useDefinitions(name);
  const { data } = definitions;
  return (
    <>
      {definitions.isPending && <Loading what={text.definitionsLoading} />}
      {definitions.isError && (
        <Failed
          what={text.definitionsFailed}
          error={definitions.error}
          onRetry={() => void definitions.refetch()}
        />
      )}
      {data !== undefined && <Loaded server={name} list={data} />}
    </>
  );
}

function Loaded({ server, list }: { readonly server: string; readonly list: DefinitionList }) {
  const { waiting, accepted } = byNeed(list.definitions);
  return (
    <>
      {waiting.length > 0 && (
        <Section title={text.waiting}>
          <p className="mb-2 text-muted">{text.waitingWhy}</p>
          <ul className="space-y-3">
            {waiting.map((definition) => (
              <HeldBack
                key={`${definition.kind} ${definition.name}`}
                server={server}
                definition={definition}
              />
            ))}
          </ul>
        </Section>
      )}
      <Section title={text.definitions}>
        <p className="mb-2 text-muted">{text.pinning[list.toolPinning]}</p>
        {list.definitions.length === 0 && <p className="text-muted">{text.noDefinitions}</p>}
        {[...Map.groupBy(accepted, ({ kind }) => kind)].map(([kind, items]) => (
          <Kind key={kind} kind={kind} items={items} />
        ))}
      </Section>
    </>
  );
}

function Kind({ kind, items }: { readonly kind: Definition['kind']; readonly items: readonly Definition[] }) {
  return (
    <>
      <h4 className="mt-2 mb-1 font-medium">{text.kinds[kind]}</h4>
      <ul>
        {items.map((definition) => (
          <li
            key={definition.name}
            className="flex flex-wrap items-baseline gap-x-3 border-t border-line py-1 wrap-anywhere"
          >
            <PlainText text={definition.name} />
            <Badge sign={stateSign(definition)} />
            {definition.accepted !== null && (
              <span className="text-muted">
                {text.acceptedBy(definition.accepted.by)}, <Time iso={definition.accepted.at} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
