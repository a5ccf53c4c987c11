// A made-up call, decided by the draft and by the set in force. Nothing is sent and nothing is recorded.
import { type FormEvent, useId, useState } from 'react';
import type { PolicySource } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { Refusal } from '../../../ui/refusal.tsx';
import { Field } from '../../agents/ui/field.tsx';
import {
  type CallFault,
  callFaults,
  EMPTY_CALL,
  type MadeUpCall,
  requestOf,
  type Target,
  TARGETS,
} from '../model/made-up-call.ts';
import { text } from '../text.ts';
import { useKnownNames } from '../use-known-names.ts';
import type { useTry } from '../use-rehearsal.ts';
import { TryAnswer } from './try-answer.tsx';

interface Props {
  readonly files: readonly PolicySource[];
  readonly tried: ReturnType<typeof useTry>;
}

const words = text.try;

/** What the names to be offered are of; prompts and resources are too many to be. */
const KINDS: Readonly<Record<Target, string>> = {
  tool: 'Tool',
  prompt: 'Prompt',
  resource: 'Resource',
  server: 'Server',
  callee: 'Agent',
};

export function TryPanel({ files, tried }: Props) {
  const [call, setCall] = useState<MadeUpCall>(EMPTY_CALL);
  const [isTried, setTried] = useState(false);
  const known = useKnownNames().data?.ids ?? {};
  const ids = {
    agents: useId(),
    names: useId(),
    people: useId(),
    target: useId(),
    input: useId(),
    fault: useId(),
  };
  const faults = isTried ? callFaults(call) : [];
  const set = (change: Partial<MadeUpCall>): void => setCall({ ...call, ...change });
  const faultOf = (of: CallFault): string | null => (faults.includes(of) ? words.faults[of] : null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (callFaults(call).length === 0 && !tried.isPending) tried.mutate({ request: requestOf(call), files });
  };
  return (
    <>
      <Section title={words.title}>
        <p className="mb-3 text-muted">{words.what}</p>
        <form onSubmit={submit} noValidate className="space-y-3">
          <div className="grid gap-3 @md:grid-cols-2">
            <Field
              label={words.agent}
              value={call.agent}
              fault={faultOf('agent')}
              list={ids.agents}
              onChange={(agent) => set({ agent })}
            />
            <Field
              label={words.subject}
              hint={words.subjectHint}
              value={call.subject}
              list={ids.people}
              onChange={(subject) => set({ subject })}
            />
            <div className="space-y-1">
              <label htmlFor={ids.target} className="font-medium">
                {words.target}
              </label>
              <select
                id={ids.target}
                value={call.target}
                onChange={({ target }) =>
                  set({ target: TARGETS.find((each) => each === target.value) ?? 'tool' })
                }
                className="field"
              >
                {TARGETS.map((target) => (
                  <option key={target} value={target}>
                    {words.targets[target]}
                  </option>
                ))}
              </select>
            </div>
            <Field
              label={words.name}
              hint={words.names[call.target]}
              value={call.name}
              fault={faultOf('name')}
              list={ids.names}
              onChange={(name) => set({ name })}
            />
          </div>
          <div className="space-y-1">
            <label htmlFor={ids.input} className="font-medium">
              {words.input}
            </label>
            <textarea
              id={ids.input}
              rows={4}
              spellCheck={false}
              value={call.input}
              aria-invalid={faultOf('input') !== null}
              aria-describedby={faultOf('input') === null ? undefined : ids.fault}
              onChange={({ target }) => set({ input: target.value })}
              className="field block resize-y font-mono text-xs"
            />
            {faultOf('input') !== null && (
              <p id={ids.fault} className="text-deny">
                {faultOf('input')}
              </p>
            )}
          </div>
          <Field label={words.labels} value={call.labels} onChange={(labels) => set({ labels })} />
          <Options id={ids.agents} names={known['Agent'] ?? []} />
          <Options id={ids.names} names={known[KINDS[call.target]] ?? []} />
          <Options id={ids.people} names={known['User'] ?? []} />
          {tried.error !== null && (
            <div role="group" aria-label={words.failed}>
              <strong className="font-semibold">{words.failed}.</strong>
              <Refusal error={tried.error} />
            </div>
          )}
          <button type="submit" className="button button-primary" aria-disabled={tried.isPending}>
            {tried.isPending ? `${words.sending}…` : words.send}
          </button>
        </form>
      </Section>
      {tried.data !== undefined && <TryAnswer answer={tried.data} isStale={tried.data.files !== files} />}
    </>
  );
}

const Options = ({ id, names }: { readonly id: string; readonly names: readonly string[] }) => (
  <datalist id={id}>
    {names.map((name) => (
      <option key={name} value={name} />
    ))}
  </datalist>
);
