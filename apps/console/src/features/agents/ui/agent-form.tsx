// Registers an agent or changes one. The form is a manifest; what the registry finds wrong with it is told in its own words.
import { useId, useState, type FormEvent } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { usePlaceOf } from '../../../ui/use-sending.ts';
import { type AgentDraft, manifestOf, missing, RISKS } from '../model/draft.ts';
import { text } from '../text.ts';
import { useApply, useUsers } from '../use-agents.ts';
import { Field } from './field.tsx';
import { Identities } from './identities.tsx';

interface Props {
  readonly title: string;
  readonly initial: AgentDraft;
  /** The name of an agent that there is already cannot be changed: it would be another agent. */
  readonly isNew: boolean;
  readonly onClose: () => void;
}

export function AgentForm({ title, initial, isNew, onClose }: Props) {
  const [draft, setDraft] = useState(initial);
  const [message, setMessage] = useState('');
  const [isTried, setTried] = useState(false);
  const apply = useApply();
  usePlaceOf(apply);
  const owners = useId();
  const users = useUsers().data?.users ?? [];
  const absent = isTried ? missing(draft) : [];
  const set = (change: Partial<AgentDraft>): void => setDraft({ ...draft, ...change });
  const field = (name: 'name' | 'owner' | 'team' | 'purpose' | 'environment') => ({
    label: text.fields[name],
    hint: text.hints[name],
    value: draft[name],
    fault: absent.includes(name) ? text.needed : null,
    onChange: (value: string) => set({ [name]: value }),
  });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (missing(draft).length > 0 || apply.isPending) return;
    apply.mutate(
      { name: draft.name, manifests: manifestOf(draft), message: message.trim() },
      { onSuccess: onClose },
    );
  };

  return (
    <Dialog open onClose={onClose} title={title} side="right">
      <form onSubmit={submit} noValidate className="space-y-3 p-4">
        <Field {...field('name')} readOnly={!isNew} />
        <Field {...field('purpose')} />
        <Field {...field('owner')} list={owners} />
        <datalist id={owners}>
          {users.map(({ name, email }) => (
            <option key={name} value={name}>
              {email}
            </option>
          ))}
        </datalist>
        <Field {...field('team')} />
        <Field {...field('environment')} />
        <label className="block space-y-1">
          <span className="font-medium">{text.fields.risk}</span>
          <select
            value={draft.risk}
            onChange={({ target }) => set({ risk: RISKS.find((each) => each === target.value) ?? 'high' })}
            className="field"
          >
            {RISKS.map((risk) => (
              <option key={risk}>{risk}</option>
            ))}
          </select>
        </label>
        <Field
          label={text.fields.capabilities}
          hint={text.hints.capabilities}
          value={draft.capabilities}
          onChange={(capabilities) => set({ capabilities })}
        />
        <Field
          label={text.fields.labels}
          hint={text.hints.labels}
          value={draft.labels}
          onChange={(labels) => set({ labels })}
        />
        <Identities identities={draft.identities} onChange={(identities) => set({ identities })} />
        <Field label={text.message} hint={text.messageHint} value={message} onChange={setMessage} />
        {apply.error !== null && (
          <div role="alert" className="rounded-md bg-deny-soft p-2.5">
            <strong className="font-semibold">{text.notSaved}.</strong>
            <p className="whitespace-pre-line wrap-anywhere">{apply.error.message}</p>
          </div>
        )}
        <FormActions onCancel={onClose} send={text.save} sending={text.saving} isPending={apply.isPending} />
      </form>
    </Dialog>
  );
}
