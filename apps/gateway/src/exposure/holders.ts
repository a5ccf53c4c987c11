// Whose exposure it is, as people say it: an agent by its name, a person by the name in the tokens. Pure.
import { isId } from '@countersign/audit';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { Exposed } from '../store/readers/exposure.ts';

export type Holder =
  | {
      readonly kind: 'agent';
      readonly uid: string;
      /** Null where no such agent is registered any more. */
      readonly name: string | null;
    }
  | {
      readonly kind: 'subject';
      readonly key: string;
      /** Null where it was erased. */
      readonly name: string | null;
    };

/** Reads a row's holder. The call that brought a label to a person was made on behalf of that person. */
export function holderReader({ agents }: Pick<RegistrySnapshot, 'agents'>): (row: Exposed) => Holder {
  const names = new Map<string, string>([...agents.values()].map(({ uid, name }) => [uid, name]));
  return ({ holder, by }) =>
    isId(holder, 'agt')
      ? { kind: 'agent', uid: holder, name: names.get(holder) ?? null }
      : { kind: 'subject', key: holder, name: by?.subject ?? null };
}

export function holderName(holder: Holder): string {
  return holder.kind === 'agent'
    ? `agent \`${holder.name ?? holder.uid}\``
    : `\`${holder.name ?? holder.key}\``;
}
