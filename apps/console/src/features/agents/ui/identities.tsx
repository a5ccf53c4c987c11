// How an agent's tokens name it: several at a time while credentials are rotated.
import { Icon } from '../../../ui/icon.tsx';
import type { Identity } from '../model/draft.ts';
import { text } from '../text.ts';

const CLAIMS = ['client_id', 'azp', 'sub', 'act.sub'] as const;

interface Props {
  readonly identities: readonly Identity[];
  readonly onChange: (identities: readonly Identity[]) => void;
}

export function Identities({ identities, onChange }: Props) {
  const change = (at: number, part: Partial<Identity>): void =>
    onChange(identities.map((identity, index) => (index === at ? { ...identity, ...part } : identity)));
  return (
    <fieldset className="space-y-2">
      <legend className="font-medium">{text.identities}</legend>
      {identities.map((identity, at) => (
        // Rows have no name of their own: their place is what they are told apart by.
        // eslint-disable-next-line react/no-array-index-key
        <div key={at} className="grid grid-cols-[1fr_auto_1fr_auto] gap-1.5">
          <input
            aria-label={text.issuer}
            placeholder={text.issuer}
            value={identity.issuer}
            onChange={({ target }) => change(at, { issuer: target.value })}
            className="field min-w-0"
          />
          <select
            aria-label={text.claim}
            value={identity.claim}
            onChange={({ target }) => change(at, { claim: target.value })}
            className="field w-auto"
          >
            {[...new Set([...CLAIMS, identity.claim])].map((claim) => (
              <option key={claim}>{claim}</option>
            ))}
          </select>
          <input
            aria-label={text.value}
            placeholder={text.value}
            value={identity.value}
            onChange={({ target }) => change(at, { value: target.value })}
            className="field min-w-0"
          />
          <button
            type="button"
            className="button-quiet px-1"
            aria-label={text.removeIdentity}
            onClick={() => onChange(identities.filter((_, index) => index !== at))}
          >
            <Icon name="cross" />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="button min-h-7"
        onClick={() => onChange([...identities, { issuer: '', claim: 'client_id', value: '' }])}
      >
        {text.addIdentity}
      </button>
    </fieldset>
  );
}
