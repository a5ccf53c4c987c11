// The private test kit: real processes around the gateway, for its end-to-end tests and the quickstart.
export { connectA2a, type A2aCaller, type AgentAnswer } from './agents/a2a-caller.ts';
export {
  type AgentEnvironment,
  callAs,
  type Payment,
  payInvoice,
  readCustomers,
  sendCampaign,
  triageIncident,
} from './agents/clients.ts';
export { type Credentials, tokenSource } from './agents/credentials.ts';
export { connectMcp, type McpCaller, pendingIn, type ToolAnswer } from './agents/mcp-caller.ts';
export { startFixtureAgent, startSupportAgent } from './agents/start.ts';
export { userClients } from './clients/all.ts';
export type { Seen, UserClient } from './clients/user.ts';
export { type A2aDiffers, a2aProblemsOf, a2aShrunk } from './conformance/a2a-differs.ts';
export { proveA2a } from './conformance/a2a-prove.ts';
export { renderA2a } from './conformance/a2a-report.ts';
export { type Comparison } from './conformance/compare.ts';
export { withGenerated } from './conformance/generated.ts';
export { type NotYet, problemsOf, shrunk } from './conformance/not-yet.ts';
export { proveClient, proveServer } from './conformance/prove.ts';
export { renderConformance } from './conformance/report.ts';
export { startConformanceFixture } from './conformance/start-fixture.ts';
export { type GatewaySetup, manifest, writeFiles, writeSetup } from './gateway-setup.ts';
export { type BadToken, badTokens } from './issuer/bad-tokens.ts';
export { type Issuer, startIssuer } from './issuer/issuer.ts';
export { type KeySet, publicJwks, type SigningKey } from './issuer/keys.ts';
export { claimsOf, signClaims, type TokenRequest } from './issuer/tokens.ts';
export { CLIENT as OIDC_CLIENT, type Hostility, type OidcPerson, type OidcSeen } from './oidc/types.ts';
export { type OidcProvider, startOidcProvider } from './oidc/start.ts';
export { type Effect, openLedger, readLedger } from './ledger.ts';
export {
  connectAgent,
  type ConnectOptions,
  connectV1,
  connectV2,
  type V2Options,
} from './official-clients.ts';
export { type Exit, type RunningProcess, startProcess, stopAll } from './process.ts';
export {
  type Answer,
  answers,
  type RawUpstream,
  type ReceivedRequest,
  startRawUpstream,
} from './raw-upstream.ts';
export {
  type ExampleServer,
  startEverythingServer,
  startMcpServer,
  startSseServer,
  stdioServers,
} from './servers/start.ts';
export {
  type CommandResult,
  type Gateway,
  type GatewayOptions,
  runCli,
  spawnGateway,
} from './spawn-gateway.ts';
