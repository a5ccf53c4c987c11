// The agents: all that are registered, those that call without being so, and beside them the one that is open.
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { AgentInventory } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { SplitPage, useOpenId } from '../../../ui/split-page.tsx';
import { Empty, StateOf } from '../../../ui/state.tsx';
import { Archived } from '../../calls/ui/archived.tsx';
import { found } from '../model/inventory.ts';
import { AGENT_FILTERS, type AgentsSearch } from '../model/search.ts';
import { text } from '../text.ts';
import { useInventory } from '../use-agents.ts';
import { AgentForms } from './agent-forms.tsx';
import { AgentTable } from './agent-table.tsx';
import { Gone } from './gone.tsx';
import { Unregistered } from './unregistered.tsx';

export function AgentsPage() {
  const inventory = useInventory();
  const { data } = inventory;
  return (
    <SplitPage base="/agents" title={text.heading} pane={text.kind}>
      <Toolbar inventory={data} />
      <StateOf query={inventory} failed={text.failed} loading={text.loading} />
      {data !== undefined && <Loaded inventory={data} />}
      <AgentForms />
    </SplitPage>
  );
}

function Loaded({ inventory }: { readonly inventory: AgentInventory }) {
  const search = useSearch({ from: '/agents' });
  const open = useOpenId();
  const rows = found(inventory.agents, search);
  return (
    <>
      {inventory.unregistered.day > 0 && <Unregistered />}
      {rows.length > 0 && (
        <AgentTable
          rows={rows}
          selected={open}
          none={inventory.archived === null ? text.never : text.noneKnown}
        />
      )}
      {inventory.agents.length === 0 && (
        <Empty title={text.noneTitle}>
          <p>{text.none}</p>
        </Empty>
      )}
      {inventory.agents.length > 0 && rows.length === 0 && (
        <Empty title={text.noMatchTitle}>
          <p>{text.noMatch}</p>
        </Empty>
      )}
      {inventory.gone.length > 0 && <Gone gone={inventory.gone} />}
      <div className="px-4 py-2 text-muted empty:hidden">
        <Archived archived={inventory.archived} />
      </div>
    </>
  );
}

function Toolbar({ inventory }: { readonly inventory: AgentInventory | undefined }) {
  const { find = '', only } = useSearch({ from: '/agents' });
  const navigate = useNavigate();
  const mayRegister = useMay('admin');
  const change = (next: AgentsSearch): void => {
    void navigate({ to: '.', search: next, replace: true });
  };
  const all = inventory?.agents ?? [];
  return (
    <header className="sticky top-0 z-20 flex min-h-11 flex-wrap items-center gap-2 border-b border-line bg-canvas px-4 py-1.5">
      <input
        type="search"
        data-search
        aria-label={text.find}
        placeholder={text.findHint}
        value={find}
        onChange={({ target }) =>
          change({
            ...(only === undefined ? {} : { only }),
            ...(target.value === '' ? {} : { find: target.value }),
          })
        }
        className="field w-56 py-1"
      />
      <label>
        <span className="sr-only">{text.only}</span>
        <select
          value={only ?? ''}
          onChange={({ target }) => {
            const filter = AGENT_FILTERS.find((each) => each === target.value);
            change({ ...(find === '' ? {} : { find }), ...(filter === undefined ? {} : { only: filter }) });
          }}
          className="field w-auto py-1"
        >
          <option value="">{text.all}</option>
          {AGENT_FILTERS.map((filter) => (
            <option key={filter} value={filter}>
              {text.filters[filter]}
            </option>
          ))}
        </select>
      </label>
      <span role="status" className="text-muted">
        {inventory === undefined
          ? ''
          : text.count(found(all, { find, ...(only && { only }) }).length, all.length)}
      </span>
      <Link to="/graph" className="ml-auto">
        {text.graph}
      </Link>
      {mayRegister && (
        <button
          type="button"
          className="button"
          onClick={() => void navigate({ to: '/agents', search: { form: 'new' } })}
        >
          {text.register}
        </button>
      )}
    </header>
  );
}
