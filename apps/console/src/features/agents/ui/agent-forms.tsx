// The form that the address asks for: for a new agent, or for the one that is open.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMay } from '../../../shell/me.tsx';
import { useOpenId } from '../../../ui/split-page.tsx';
import { draftOf, emptyDraft } from '../model/draft.ts';
import { text } from '../text.ts';
import { useInventory } from '../use-agents.ts';
import { AgentForm } from './agent-form.tsx';

export function AgentForms() {
  const { form } = useSearch({ from: '/agents' });
  const open = useOpenId();
  const navigate = useNavigate();
  const mayEdit = useMay('admin');
  const agent = useInventory().data?.agents.find((row) => row.agent.name === open)?.agent;
  if (form === undefined || !mayEdit) return null;
  const close = (): void => {
    void navigate({ to: '.', search: ({ form: _closed, ...rest }) => rest, replace: true });
  };
  if (form === 'new') return <AgentForm title={text.formNew} initial={emptyDraft()} isNew onClose={close} />;
  if (agent === undefined) return null;
  return (
    <AgentForm
      key={agent.name}
      title={text.formEdit(agent.name)}
      initial={draftOf(agent)}
      isNew={false}
      onClose={close}
    />
  );
}
