// The admin API as the console and other TypeScript callers see it: a typed client, and the shapes by name. Of the
// gateway it imports types only, so that nothing of it is bundled with them.
import type { z } from '@hono/zod-openapi';
import { hc } from 'hono/client';
import type { adminApi } from './app.ts';
import type * as access from './schemas/access.ts';
import type * as agents from './schemas/agents.ts';
import type * as approvals from './schemas/approvals.ts';
import type * as calls from './schemas/calls.ts';
import type * as changes from './schemas/changes.ts';
import type * as exposures from './schemas/exposures.ts';
import type * as logEntries from './schemas/log-entries.ts';
import type * as textSearch from './schemas/text-search.ts';
import type * as log from './schemas/log.ts';
import type * as logProofs from './schemas/log-proofs.ts';
import type * as overview from './schemas/overview.ts';
import type * as policies from './schemas/policies.ts';
import type * as rehearsal from './schemas/rehearsal.ts';
import type * as privacy from './schemas/privacy.ts';
import type * as registry from './schemas/registry.ts';
import type * as definitions from './schemas/definitions.ts';
import type * as settings from './schemas/settings.ts';
import type * as shadow from './schemas/shadow.ts';
import type * as tallies from './schemas/tallies.ts';
import type * as savedViews from './schemas/views.ts';

type AdminApi = ReturnType<typeof adminApi>;

/** Worked out here once, not in each file that uses the client. */
export type AdminClient = ReturnType<typeof hc<AdminApi>>;

/** `base` is the address of the API, `<admin>/api/v1`. */
export function createAdminClient(base: string, options?: Parameters<typeof hc>[1]): AdminClient {
  return hc<AdminApi>(base, options);
}

export type Overview = z.infer<typeof overview.Overview>;
export type LogHealth = z.infer<typeof overview.LogHealth>;
export type Tally = z.infer<typeof tallies.Tally>;
export type FlaggedTally = z.infer<typeof tallies.FlaggedTally>;
export type Histogram = z.infer<typeof tallies.Histogram>;
export type ValueTally = z.infer<typeof tallies.ValueTally>;
export type TargetTally = z.infer<typeof tallies.TargetTally>;
export type CallTallies = z.infer<typeof tallies.CallTallies>;
export type SavedView = z.infer<typeof savedViews.SavedView>;
export type SavedViewList = z.infer<typeof savedViews.SavedViewList>;
export type Call = z.infer<typeof calls.Call>;
export type CallPage = z.infer<typeof calls.CallPage>;
export type CallProofs = z.infer<typeof calls.CallProofs>;
export type CallDetail = z.infer<typeof calls.CallDetail>;
export type EntryPage = z.infer<typeof logEntries.EntryPage>;
export type TextSearchResult = z.infer<typeof textSearch.TextSearchResult>;
export type Why = z.infer<typeof calls.Why>;
export type StreamEvent = z.infer<typeof calls.StreamEvent>;
export type Chain = z.infer<typeof calls.Chain>;
export type ChainPage = z.infer<typeof calls.ChainPage>;
export type Agent = z.infer<typeof registry.Agent>;
export type AgentList = z.infer<typeof registry.AgentList>;
export type AgentDetail = z.infer<typeof registry.AgentDetail>;
export type AgentInventory = z.infer<typeof agents.AgentInventory>;
export type UnregisteredList = z.infer<typeof agents.UnregisteredList>;
export type Permission = z.infer<typeof agents.Permission>;
export type PermissionList = z.infer<typeof agents.PermissionList>;
export type CallGraph = z.infer<typeof agents.CallGraph>;
export type StopResult = z.infer<typeof agents.StopResult>;
export type Upstream = z.infer<typeof registry.Upstream>;
export type UpstreamList = z.infer<typeof registry.UpstreamList>;
export type Definition = z.infer<typeof definitions.Definition>;
export type DefinitionList = z.infer<typeof definitions.DefinitionList>;
export type User = z.infer<typeof registry.User>;
export type UserList = z.infer<typeof registry.UserList>;
export type Policies = z.infer<typeof policies.Policies>;
export type PolicySource = z.infer<typeof policies.PolicySource>;
export type PolicyDiagnostic = z.infer<typeof policies.PolicyDiagnostic>;
export type PolicyDifference = z.infer<typeof policies.PolicyDifference>;
export type PolicyVersion = z.infer<typeof policies.PolicyVersion>;
export type PolicyVersionDetail = z.infer<typeof policies.PolicyVersionDetail>;
export type PolicyHistory = z.infer<typeof policies.PolicyHistory>;
export type PolicyCheck = z.infer<typeof policies.PolicyCheck>;
export type Change = z.infer<typeof changes.Change>;
export type ChangeDetail = z.infer<typeof changes.ChangeDetail>;
export type ChangeList = z.infer<typeof changes.ChangeList>;
export type Review = z.infer<typeof approvals.Review>;
export type Approval = z.infer<typeof approvals.Approval>;
export type ApprovalList = z.infer<typeof approvals.ApprovalList>;
export type ReviewRequest = z.infer<typeof approvals.ReviewRequest>;
export type Exposure = z.infer<typeof exposures.Exposure>;
export type LegalHold = z.infer<typeof privacy.LegalHold>;
export type ExposureList = z.infer<typeof exposures.ExposureList>;
export type CheckpointList = z.infer<typeof log.CheckpointList>;
export type Log = z.infer<typeof log.Log>;
export type InclusionProof = z.infer<typeof logProofs.InclusionProof>;
export type ConsistencyProof = z.infer<typeof logProofs.ConsistencyProof>;
export type ApplyResult = z.infer<typeof registry.ApplyResult>;
export type IssuedToken = z.infer<typeof access.IssuedToken>;
export type SimulatedRequest = z.infer<typeof rehearsal.SimulatedRequest>;
export type Simulation = z.infer<typeof rehearsal.Simulation>;
export type CaseReport = z.infer<typeof rehearsal.CaseReport>;
export type DiffResult = z.infer<typeof rehearsal.DiffResult>;
export type DiffEvent = z.infer<typeof rehearsal.DiffEvent>;
export type Shadow = z.infer<typeof shadow.Shadow>;
export type Session = z.infer<typeof access.Session>;
export type SignInOptions = z.infer<typeof access.SignInOptions>;
export type SignedOut = z.infer<typeof access.SignedOut>;
export type Settings = z.infer<typeof settings.Settings>;
export type Health = z.infer<typeof access.Health>;
export type ErrorBody = z.infer<typeof access.ErrorBody>;
