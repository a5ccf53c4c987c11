// Proposing to erase what is stored of a person, a call, or what a search finds. Nothing goes before somebody else agreed to it.
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { ReasonField, useReason } from '../../../ui/reason-field.tsx';
import { RefusalOf } from '../../../ui/refusal.tsx';
import { text } from '../text.ts';
import { useProposeErasure } from '../use-log.ts';

const TARGETS = ['subject', 'call', 'query'] as const;
type Target = (typeof TARGETS)[number];

/** As the gateway takes it. */
const SHORTEST_BASIS = 3;

export function EraseDialog({ onClose }: { readonly onClose: () => void }) {
  const [target, setTarget] = useState<Target>('subject');
  const [of, setOf] = useState('');
  const { field, take } = useReason((basis) => (basis.length < SHORTEST_BASIS ? text.basisNeeded : null));
  const navigate = useNavigate();
  const propose = useProposeErasure();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const basis = take();
    if (basis === null || propose.isPending) return;
    propose.mutate(
      { [target]: of.trim(), basis },
      {
        onSuccess: ({ id }) => {
          onClose();
          void navigate({ to: '/log/privacy/$change', params: { change: id } });
        },
      },
    );
  };
  return (
    <Dialog open onClose={onClose} title={text.proposeErasure} description={text.eraseWhy}>
      <form onSubmit={submit} className="space-y-3 p-4">
        <fieldset>
          <legend className="font-medium">{text.eraseWhat}</legend>
          {TARGETS.map((each) => (
            <label key={each} className="flex min-h-7 items-center gap-2">
              <input type="radio" name="target" checked={target === each} onChange={() => setTarget(each)} />
              {text.eraseTargets[each]}
            </label>
          ))}
        </fieldset>
        <label className="block font-medium">
          {text.eraseTargets[target]}
          <input
            required
            maxLength={target === 'subject' ? 512 : 2048}
            value={of}
            onChange={({ target: { value } }) => setOf(value)}
            className="field mt-1"
          />
        </label>
        <ReasonField {...field} label={text.basis} />
        <RefusalOf sending={propose} />
        <FormActions onCancel={onClose} send={text.sendProposal} isPending={propose.isPending} />
      </form>
    </Dialog>
  );
}
