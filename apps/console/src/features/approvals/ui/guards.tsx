// Why a call waits: each policy that asks for people, whom it asks for, and on demand its text with what it read of the call.
import type { Approval } from '../../../api/types.ts';
import { useCall } from '../../call/use-call.ts';
import { PolicyCard } from '../../why/ui/policy-card.tsx';
import { text } from '../text.ts';

export function Guards({ approval: { call, guards } }: { readonly approval: Approval }) {
  const determining = useCall(call).data?.why?.determining ?? [];
  return (
    <ul className="space-y-2">
      {guards.map((guard) => {
        const policy = determining.find(({ id }) => id === guard.policy);
        return (
          <li key={guard.policy} className="space-y-2">
            <div className="rounded-md bg-hold-soft px-3 py-2">
              <span className="font-mono text-xs font-semibold">{guard.policy}</span>
              {guard.description !== null && <span className="block">{guard.description}</span>}
              <span className="block">
                {text.needsOf(guard.quorum)}
                <strong className="font-semibold">{guard.group}</strong>
                {guard.reasonRequired && text.withReason}.
              </span>
            </div>
            {policy !== undefined && (
              <details>
                <summary className="cursor-pointer py-0.5">{text.policyText}</summary>
                <PolicyCard policy={policy} />
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}
