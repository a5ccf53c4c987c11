// Every address of the console and the page behind it. Pages are loaded when they are first gone to; what an address says
// (its path and its search) is all that decides what a page shows.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { readAgentsSearch } from './features/agents/model/search.ts';
import { readApprovalsSearch } from './features/approvals/model/search.ts';
import { readCallSearch } from './features/call/model/search.ts';
import { readCallsSearch } from './features/calls/model/search.ts';
import { readChainSearch } from './features/chain/model/replay.ts';
import { readCompareSearch } from './features/compare/model/search.ts';
import { readOverviewSearch } from './features/overview/model/span.ts';
import { readGraphSearch } from './features/graph/model/search.ts';
import { readDraftSearch } from './features/policy-draft/model/search.ts';
import { parseOldAddress } from './shell/model/old-address.ts';
import { NoSuchPage } from './shell/no-such-page.tsx';
import { PageFailed } from './shell/page-failed.tsx';
import { Shell } from './shell/shell.tsx';
import { readPaneSearch } from './ui/pane-search.ts';

const root = createRootRoute({ component: Shell, notFoundComponent: NoSuchPage });

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readOverviewSearch,
  // Links to `/?approval=…` and the like were given out before each had an address of its own.
  beforeLoad: ({ location }) => {
    const href = parseOldAddress(location.searchStr);
    if (href !== null) throw redirect({ href, replace: true });
  },
  component: lazyRouteComponent(() => import('./features/overview/ui/overview-page.tsx'), 'OverviewPage'),
});

const calls = createRoute({
  getParentRoute: () => root,
  path: '/calls',
  validateSearch: readCallsSearch,
  component: lazyRouteComponent(() => import('./features/calls/ui/calls-page.tsx'), 'CallsPage'),
});
const call = createRoute({
  getParentRoute: () => calls,
  path: '$call',
  validateSearch: readCallSearch,
  component: lazyRouteComponent(() => import('./features/call/ui/call-view.tsx'), 'CallPane'),
});
const compare = createRoute({
  getParentRoute: () => root,
  path: '/compare',
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import('./features/compare/ui/compare-page.tsx'), 'ComparePage'),
});
const chain = createRoute({
  getParentRoute: () => root,
  path: '/chains/$chain',
  validateSearch: readChainSearch,
  component: lazyRouteComponent(() => import('./features/chain/ui/chain-page.tsx'), 'ChainPage'),
});

const approvals = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  validateSearch: readApprovalsSearch,
  component: lazyRouteComponent(() => import('./features/approvals/ui/approvals-page.tsx'), 'ApprovalsPage'),
});
const approval = createRoute({
  getParentRoute: () => approvals,
  path: '$approval',
  validateSearch: readPaneSearch,
  component: lazyRouteComponent(() => import('./features/approvals/ui/approval-view.tsx'), 'ApprovalPane'),
});

const agents = createRoute({
  getParentRoute: () => root,
  path: '/agents',
  validateSearch: readAgentsSearch,
  component: lazyRouteComponent(() => import('./features/agents/ui/agents-page.tsx'), 'AgentsPage'),
});
const agent = createRoute({
  getParentRoute: () => agents,
  path: '$agent',
  component: lazyRouteComponent(() => import('./features/agents/ui/agent-pane.tsx'), 'AgentPane'),
});

const graph = createRoute({
  getParentRoute: () => root,
  path: '/graph',
  validateSearch: readGraphSearch,
  component: lazyRouteComponent(() => import('./features/graph/ui/graph-page.tsx'), 'GraphPage'),
});
const servers = createRoute({
  getParentRoute: () => root,
  path: '/servers',
  component: lazyRouteComponent(() => import('./features/servers/ui/servers-page.tsx'), 'ServersPage'),
});
const server = createRoute({
  getParentRoute: () => servers,
  path: '$server',
  component: lazyRouteComponent(() => import('./features/servers/ui/server-pane.tsx'), 'ServerPane'),
});

const policies = createRoute({
  getParentRoute: () => root,
  path: '/policies',
  component: lazyRouteComponent(() => import('./features/policies/ui/policies-page.tsx'), 'PoliciesPage'),
});
const draft = createRoute({
  getParentRoute: () => root,
  path: '/policies/draft',
  validateSearch: readDraftSearch,
  component: lazyRouteComponent(() => import('./features/policy-draft/ui/draft-page.tsx'), 'DraftPage'),
});
const change = createRoute({
  getParentRoute: () => policies,
  path: 'changes/$change',
  validateSearch: readPaneSearch,
  component: lazyRouteComponent(() => import('./features/changes/ui/change-view.tsx'), 'ChangePane'),
});

const log = createRoute({
  getParentRoute: () => root,
  path: '/log',
  component: lazyRouteComponent(() => import('./features/log/ui/log-page.tsx'), 'LogPage'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./features/settings/ui/settings-page.tsx'), 'SettingsPage'),
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
    policies.addChildren([change]),
    log,
    settings,
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
