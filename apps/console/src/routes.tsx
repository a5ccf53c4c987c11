// Every address of the console and the page behind it. Pages are loaded when they are first gone to; what an address says
// (its path and its search) is all that decides what a page shows.
import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { readAgentsSearch } from './features/agents/model/search.ts';
import { readApprovalsSearch } from './features/approvals/model/search.ts';
import { readCallSearch } from './features/call/model/search.ts';
import { readCallsSearch } from './features/calls/model/search.ts';
import { readChainSearch } from './features/chain/model/replay.ts';
import { readCompareSearch } from './features/compare/model/search.ts';
import { readOverviewSearch } from './features/overview/model/span.ts';
import { readEntriesSearch } from './features/log/model/search.ts';
import { readGraphSearch } from './features/graph/model/search.ts';
import { readDraftSearch } from './features/policy-draft/model/search.ts';
import { readVersionSearch } from './features/policies/model/search.ts';
import { NoSuchPage } from './shell/no-such-page.tsx';
import { PageFailed } from './shell/page-failed.tsx';
import { Shell } from './shell/shell.tsx';
import { loaded } from './ui/load.ts';
import { readPaneSearch } from './ui/pane-search.ts';

const root = createRootRoute({
  // What an address says and no page can mean is taken out of it, before a page reads it.
  beforeLoad: ({ location }) => {
    const { href, searchStr } = router.buildLocation({
      to: location.pathname,
      search: true,
      hash: true,
      _fromLocation: location,
      _includeValidateSearch: true,
    });
    if (searchStr !== location.searchStr) throw redirect({ href, replace: true });
  },
  component: Shell,
  notFoundComponent: NoSuchPage,
});

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readOverviewSearch,
  component: loaded(() => import('./features/overview/ui/overview-page.tsx'), 'OverviewPage'),
});

const calls = createRoute({
  getParentRoute: () => root,
  path: '/calls',
  validateSearch: readCallsSearch,
  component: loaded(() => import('./features/calls/ui/calls-page.tsx'), 'CallsPage'),
});
const call = createRoute({
  getParentRoute: () => calls,
  path: '$call',
  validateSearch: readCallSearch,
  component: loaded(() => import('./features/call/ui/call-view.tsx'), 'CallPane'),
});
const compare = createRoute({
  getParentRoute: () => root,
  path: '/compare',
  validateSearch: readCompareSearch,
  component: loaded(() => import('./features/compare/ui/compare-page.tsx'), 'ComparePage'),
});
const chain = createRoute({
  getParentRoute: () => root,
  path: '/chains/$chain',
  validateSearch: readChainSearch,
  component: loaded(() => import('./features/chain/ui/chain-page.tsx'), 'ChainPage'),
});

const approvals = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  validateSearch: readApprovalsSearch,
  component: loaded(() => import('./features/approvals/ui/approvals-page.tsx'), 'ApprovalsPage'),
});
const approval = createRoute({
  getParentRoute: () => approvals,
  path: '$approval',
  validateSearch: readPaneSearch,
  component: loaded(() => import('./features/approvals/ui/approval-view.tsx'), 'ApprovalPane'),
});

const agents = createRoute({
  getParentRoute: () => root,
  path: '/agents',
  validateSearch: readAgentsSearch,
  component: loaded(() => import('./features/agents/ui/agents-page.tsx'), 'AgentsPage'),
});
const agent = createRoute({
  getParentRoute: () => agents,
  path: '$agent',
  validateSearch: readPaneSearch,
  component: loaded(() => import('./features/agents/ui/agent-pane.tsx'), 'AgentPane'),
});

const graph = createRoute({
  getParentRoute: () => root,
  path: '/graph',
  validateSearch: readGraphSearch,
  component: loaded(() => import('./features/graph/ui/graph-page.tsx'), 'GraphPage'),
});
const servers = createRoute({
  getParentRoute: () => root,
  path: '/servers',
  component: loaded(() => import('./features/servers/ui/servers-page.tsx'), 'ServersPage'),
});
const server = createRoute({
  getParentRoute: () => servers,
  path: '$server',
  validateSearch: readPaneSearch,
  component: loaded(() => import('./features/servers/ui/server-pane.tsx'), 'ServerPane'),
});

const policies = createRoute({
  getParentRoute: () => root,
  path: '/policies',
  component: loaded(() => import('./features/policies/ui/policies-page.tsx'), 'PoliciesPage'),
});
const policyVersion = createRoute({
  getParentRoute: () => policies,
  path: 'versions/$version',
  validateSearch: readVersionSearch,
  component: loaded(() => import('./features/policies/ui/version-pane.tsx'), 'VersionPane'),
});
const shadow = createRoute({
  getParentRoute: () => policies,
  path: 'shadow',
  validateSearch: readPaneSearch,
  component: loaded(() => import('./features/policies/ui/shadow-pane.tsx'), 'ShadowPane'),
});
const draft = createRoute({
  getParentRoute: () => root,
  path: '/policies/draft',
  validateSearch: readDraftSearch,
  component: loaded(() => import('./features/policy-draft/ui/draft-page.tsx'), 'DraftPage'),
});
const change = createRoute({
  getParentRoute: () => policies,
  path: 'changes/$change',
  validateSearch: readPaneSearch,
  component: loaded(() => import('./features/changes/ui/change-view.tsx'), 'ChangePane'),
});

const log = createRoute({
  getParentRoute: () => root,
  path: '/log',
  component: loaded(() => import('./features/log/ui/log-page.tsx'), 'LogPage'),
});
const logVerify = createRoute({
  getParentRoute: () => log,
  path: '/',
  component: loaded(() => import('./features/log/ui/verify-part.tsx'), 'VerifyPart'),
});
const logCheckpoints = createRoute({
  getParentRoute: () => log,
  path: 'checkpoints',
  component: loaded(() => import('./features/log/ui/checkpoints-part.tsx'), 'CheckpointsPart'),
});
const logWitnesses = createRoute({
  getParentRoute: () => log,
  path: 'witnesses',
  component: loaded(() => import('./features/log/ui/witnesses-part.tsx'), 'WitnessesPart'),
});
const logKeys = createRoute({
  getParentRoute: () => log,
  path: 'keys',
  component: loaded(() => import('./features/log/ui/keys-part.tsx'), 'KeysPart'),
});
const logEntries = createRoute({
  getParentRoute: () => log,
  path: 'entries',
  validateSearch: readEntriesSearch,
  component: loaded(() => import('./features/log/ui/entries-part.tsx'), 'EntriesPart'),
});
const logEntry = createRoute({
  getParentRoute: () => log,
  path: 'entries/$index',
  component: loaded(() => import('./features/log/ui/entry-part.tsx'), 'EntryPart'),
});
const logExports = createRoute({
  getParentRoute: () => log,
  path: 'exports',
  component: loaded(() => import('./features/log/ui/exports-part.tsx'), 'ExportsPart'),
});
const logPrivacy = createRoute({
  getParentRoute: () => log,
  path: 'privacy',
  component: loaded(() => import('./features/log/ui/privacy-part.tsx'), 'PrivacyPart'),
});
const logErasure = createRoute({
  getParentRoute: () => log,
  path: 'privacy/$change',
  component: loaded(() => import('./features/log/ui/erasure-part.tsx'), 'ErasurePart'),
});
const access = createRoute({
  getParentRoute: () => root,
  path: '/access',
  component: loaded(() => import('./features/session/ui/access-page.tsx'), 'AccessPage'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: loaded(() => import('./features/settings/ui/settings-page.tsx'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    calls.addChildren([call]),
    compare,
    chain,
    approvals.addChildren([approval]),
    agents.addChildren([agent]),
    graph,
    servers.addChildren([server]),
    draft,
    policies.addChildren([policyVersion, shadow, change]),
    log.addChildren([
      logVerify,
      logCheckpoints,
      logWitnesses,
      logKeys,
      logEntries,
      logEntry,
      logExports,
      logPrivacy,
      logErasure,
    ]),
    access,
    settings,
  ]),
  search: { strict: true },
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
