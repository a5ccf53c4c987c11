// Callers that nobody registered: who they said they were, what they tried, and the way to register them.
import { useState } from 'react';
import type { UnregisteredList } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { CallLink } from '../../../ui/links.tsx';
import { Failed } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { emptyDraft } from '../model/draft.ts';
import { text } from '../text.ts';
import { useUnregistered } from '../use-agents.ts';
import { AgentForm } from './agent-form.tsx';

type Caller = UnregisteredList['principals'][number];

export function Unregistered() {
  const callers = useUnregistered();
  const mayRegister = useMay('admin');
  const [registering, setRegistering] = useState<Caller | null>(null);
  const { data } = callers;
  return (
    <section aria-label={text.unregistered} className="border-b border-line bg-deny-soft px-4 py-3">
      <h2 className="flex items-center gap-1.5 font-medium">
        <Icon name="warning" className="text-deny" />
        {text.unregistered}
      </h2>
      {callers.isError && (
        <Failed what={text.unregisteredFailed} error={callers.error} onRetry={() => void callers.refetch()} />
      )}
      {data !== undefined && (
        <>
          <p className="text-muted">{text.unregisteredWhy}</p>
          <ul className="mt-1 space-y-1">
            {data.principals.map((caller) => (
              <li key={keyOf(caller)} className="flex flex-wrap items-baseline gap-x-3">
                <Identity caller={caller} />
                <CallLink id={caller.lastCall}>
                  {text.tried(caller.calls)}, <Time iso={caller.lastAt} />
                </CallLink>
                <span className="text-muted">{caller.upstreams.join(', ')}</span>
                {mayRegister && caller.issuer !== null && caller.value !== null && (
                  <button
                    type="button"
                    className="button min-h-6 px-2"
                    onClick={() => setRegistering(caller)}
                  >
                    {text.register}
                  </button>
                )}
              </li>
            ))}
          </ul>
          {data.isMore && <p className="mt-1 text-muted">{text.unregisteredMore}</p>}
        </>
      )}
      {registering !== null && (
        <AgentForm
          title={text.formNew}
          initial={emptyDraft({
            issuer: registering.issuer ?? '',
            claim: registering.claim ?? '',
            value: registering.value ?? '',
          })}
          isNew
          onClose={() => setRegistering(null)}
        />
      )}
    </section>
  );
}

const keyOf = ({ issuer, claim, value }: Caller): string => JSON.stringify([issuer, claim, value]);

function Identity({ caller: { issuer, claim, value } }: { readonly caller: Caller }) {
  return (
    <span className="font-medium">
      <PlainText text={value ?? text.erased} />{' '}
      <span className="font-normal text-muted">
        <PlainText text={`${claim ?? text.erased}, ${issuer ?? text.erased}`} />
      </span>
    </span>
  );
}
