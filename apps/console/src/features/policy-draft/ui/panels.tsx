// What can be found out about a draft, beside it: each view has an address of its own.
import { Tabs } from '@base-ui/react/tabs';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Policies } from '../../../api/types.ts';
import type { Draft } from '../model/draft.ts';
import { PANELS, type Panel } from '../model/search.ts';
import { text } from '../text.ts';
import type { Checked } from '../use-check.ts';
import { useCases, useTry } from '../use-rehearsal.ts';
import { useReplay } from '../use-replay.ts';
import { CasesPanel } from './cases-panel.tsx';
import { DraftMeaning } from '../../policies/ui/draft-meaning.tsx';
import { useDraftComparison } from '../../policies/use-versions.ts';
import { ChangesPanel } from './changes-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { ProposePanel } from './propose-panel.tsx';
import { ShadowPanel } from './shadow-panel.tsx';
import { TryPanel } from './try-panel.tsx';

interface Props {
  readonly draft: Draft;
  readonly checked: Checked;
  readonly policies: Policies;
  readonly onChange: (draft: Draft) => void;
}

export function Panels({ draft, checked, policies, onChange }: Props) {
  const { panel: open = 'changes' } = useSearch({ from: '/policies/draft' });
  const navigate = useNavigate({ from: '/policies/draft' });
  // What was found out stays while another view is looked at.
  const cases = useCases();
  const replay = useReplay();
  const tried = useTry();
  const meaning = useDraftComparison();
  const goTo = (next: Panel): void =>
    void navigate({
      search: ({ panel: _panel, ...search }) => (next === 'changes' ? search : { ...search, panel: next }),
      replace: true,
    });
  const views: Readonly<Record<Panel, ReactNode>> = {
    changes: (
      <>
        <ChangesPanel checked={checked} />
        <DraftMeaning name={text.thisDraft} files={draft.files} meaning={meaning} />
      </>
    ),
    try: <TryPanel files={draft.files} tried={tried} />,
    cases: <CasesPanel draft={draft} cases={cases} onChange={onChange} />,
    history: <HistoryPanel files={draft.files} replay={replay} />,
    shadow: <ShadowPanel files={draft.files} checked={checked} />,
    propose: (
      <ProposePanel draft={draft} checked={checked} policies={policies} cases={cases} replay={replay} />
    ),
  };
  return (
    <Tabs.Root value={open} onValueChange={goTo}>
      <Tabs.List aria-label={text.panels} className="tabs border-t-0 xl:sticky xl:top-0 xl:z-10">
        {PANELS.map((each) => (
          <Tabs.Tab key={each} value={each} className="tab">
            {text.panelNames[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {PANELS.map((each) => (
        <Tabs.Panel
          key={each}
          value={each}
          // A half-filled form is still there after a look elsewhere.
          keepMounted={each === 'try'}
          className="outline-none [&>h2+section]:border-t-0"
        >
          <h2 className="sr-only">{text.panelNames[each]}</h2>
          {views[each]}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}
