// The policies: how they stand, what waits, every set that was ever in force and, beside them, whatever is open of it.
import { useChildMatches } from '@tanstack/react-router';
import { PageSections } from '../../../ui/section.tsx';
import { SplitPage } from '../../../ui/split-page.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { text as changes } from '../../changes/text.ts';
import { shadowText, text, versionText } from '../text.ts';
import { usePolicies } from '../use-policies.ts';
import { Pending } from './pending.tsx';
import { ShadowLine } from './shadow-line.tsx';
import { Standing } from './standing.tsx';
import { Troubles } from './troubles.tsx';
import { VersionTable } from './version-table.tsx';

export function PoliciesPage() {
  const policies = usePolicies();
  const { data } = policies;
  return (
    <SplitPage base="/policies" title={text.heading} pane={usePaneName()}>
      {data !== undefined && <Standing policies={data} />}
      <StateOf query={policies} failed={text.failed} loading={text.loading} />
      <PageSections>
        {data !== undefined && <Troubles policies={data} />}
        <Pending />
        <ShadowLine />
      </PageSections>
      <VersionTable />
    </SplitPage>
  );
}

/** Three sorts of things are opened here. */
function usePaneName(): string {
  const [open] = useChildMatches();
  if (open?.routeId === '/policies/versions/$version') return versionText.kind;
  return open?.routeId === '/policies/shadow' ? shadowText.kind : changes.kind;
}
