// What a server defines: what waits to be accepted first, with what changed in it, then the rest by kind.
import type { Definition, DefinitionList } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { byNeed } from '../model/standing.ts';
import { text } from '../text.ts';
import { useDefinitions } from '../use-servers.ts';
import { DefinitionItem } from './definition-item.tsx';
import { HeldBack } from './held-back.tsx';

export function Definitions({ name }: { readonly name: string }) {
  const definitions = useDefinitions(name);
  const { data } = definitions;
  return (
    <>
      <StateOf query={definitions} failed={text.definitionsFailed} loading={text.definitionsLoading} />
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
          <Kind key={kind} server={server} kind={kind} items={items} />
        ))}
      </Section>
      {list.leftOut.length > 0 && <LeftOut items={list.leftOut} />}
    </>
  );
}

function LeftOut({ items }: { readonly items: DefinitionList['leftOut'] }) {
  return (
    <Section title={text.leftOut}>
      <p className="mb-2 text-muted">{text.leftOutWhy}</p>
      <ul>
        {items.map(({ kind, name, reason }, position) => (
          <li key={`${position}`} className="border-t border-line py-1 wrap-anywhere">
            <PlainText text={name ?? text.leftOutList(text.kinds[kind].toLowerCase())} />{' '}
            <span className="text-muted">
              {kind}: <PlainText text={reason} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface KindProps {
  readonly server: string;
  readonly kind: Definition['kind'];
  readonly items: readonly Definition[];
}

function Kind({ server, kind, items }: KindProps) {
  return (
    <>
      <h4 className="mt-2 mb-1 font-medium">{text.kinds[kind]}</h4>
      <ul>
        {items.map((definition) => (
          <DefinitionItem key={definition.name} server={server} definition={definition} />
        ))}
      </ul>
    </>
  );
}
