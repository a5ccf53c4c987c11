// Goes anywhere by name or id, from anywhere.
import { useRouter } from '@tanstack/react-router';
import { useId, useState, type KeyboardEvent } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { useMe } from './me.tsx';
import { useInventory } from '../features/agents/use-agents.ts';
import { usePolicies } from '../features/policies/use-policies.ts';
import { useServers } from '../features/servers/use-servers.ts';
import { destinationsFor, policyIdsIn, type Known } from './model/destinations.ts';
import { text } from './text.ts';

export function Palette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={text.goTo}>
      <Chooser onDone={onClose} />
    </Dialog>
  );
}

function Chooser({ onDone }: { readonly onDone: () => void }) {
  const router = useRouter();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const found = destinationsFor(typed, useMe().roles, useKnown());
  const current = Math.min(at, found.length - 1);

  const go = (path: string | undefined): void => {
    if (path === undefined) return;
    onDone();
    router.history.push(path);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') go(found[current]?.path);
    else if (event.key === 'ArrowDown') setAt((current + 1) % Math.max(1, found.length));
    else if (event.key === 'ArrowUp') setAt((current - 1 + found.length) % Math.max(1, found.length));
    else return;
    event.preventDefault();
  };

  return (
    <div className="p-3">
      <input
        role="combobox"
        aria-label={text.goToHint}
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found.length === 0 ? undefined : `${list}-${current}`}
        placeholder={text.goToHint}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        className="field"
      />
      <ul id={list} role="listbox" aria-label={text.goTo} className="mt-2">
        {found.map(({ label, path }, index) => (
          <li
            key={path}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === current}
            onClick={() => go(path)}
            className={`cursor-pointer truncate rounded-md px-2.5 py-1.5 ${index === current ? 'bg-selected' : ''}`}
          >
            {label}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="px-2.5 py-1.5 text-muted">{text.nothingFound}</p>}
    </div>
  );
}

/** What can be gone to by its name, as far as it is loaded. */
function useKnown(): Known {
  const agents = useInventory().data?.agents ?? [];
  const servers = useServers().data ?? [];
  const active = usePolicies().data?.active ?? null;
  return {
    agents: agents.map(({ agent }) => agent.name),
    servers: servers.map(({ name }) => name),
    policies: policyIdsIn(active?.sources ?? []),
    version: active?.version ?? null,
  };
}
