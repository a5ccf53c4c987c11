// The admin API as the console and other TypeScript callers see it: a typed client, and the shapes by name. Of the
// gateway it imports types only, so that nothing of it is bundled with them.
import type { z } from '@hono/zod-openapi';
import { hc } from 'hono/client';
import type { adminApi } from './app.ts';
import type * as schemas from './schemas.ts';

type AdminApi = ReturnType<typeof adminApi>;

/** Worked out here once, not in each file that uses the client. */
export type AdminClient = ReturnType<typeof hc<AdminApi>>;

/** `base` is the address of the API, `<admin>/api/v1`. */
export function createAdminClient(base: string, options?: Parameters<typeof hc>[1]): AdminClient {
  return hc<AdminApi>(base, options);
}

export type Call = z.infer<typeof schemas.Call>;
export type CallPage = z.infer<typeof schemas.CallPage>;
export type CallDetail = z.infer<typeof schemas.CallDetail>;
export type Why = z.infer<typeof schemas.Why>;
export type StreamEvent = z.infer<typeof schemas.StreamEvent>;
export type Chain = z.infer<typeof schemas.Chain>;
export type Agent = z.infer<typeof schemas.Agent>;
export type AgentList = z.infer<typeof schemas.AgentList>;
export type AgentDetail = z.infer<typeof schemas.AgentDetail>;
export type Upstream = z.infer<typeof schemas.Upstream>;
export type UpstreamList = z.infer<typeof schemas.UpstreamList>;
export type User = z.infer<typeof schemas.User>;
export type UserList = z.infer<typeof schemas.UserList>;
export type Policies = z.infer<typeof schemas.Policies>;
export type Review = z.infer<typeof schemas.Review>;
export type Approval = z.infer<typeof schemas.Approval>;
export type ApprovalList = z.infer<typeof schemas.ApprovalList>;
export type ReviewRequest = z.infer<typeof schemas.ReviewRequest>;
export type CheckpointList = z.infer<typeof schemas.CheckpointList>;
export type Log = z.infer<typeof schemas.Log>;
export type ApplyResult = z.infer<typeof schemas.ApplyResult>;
export type IssuedToken = z.infer<typeof schemas.IssuedToken>;
export type Session = z.infer<typeof schemas.Session>;
export type Health = z.infer<typeof schemas.Health>;
export type ErrorBody = z.infer<typeof schemas.ErrorBody>;
