// The package's public door.

export { overlaid } from './cases/facts.ts';
export { readCases, readFacts } from './cases/read.ts';
export type { CasesRead, FactsRead } from './cases/read.ts';
export { runCases } from './cases/run.ts';
export type { RunOptions } from './cases/run.ts';
export type {
  CaseCatalogue,
  CaseReport,
  CaseResult,
  Difference,
  PolicyCase,
  PolicyCoverage,
  Want,
} from './cases/types.ts';
export { openCedar } from './cedar-door.ts';
export type { Cedar, OpenCedar } from './cedar-door.ts';
export { compile } from './compile/compile.ts';
export type { CompileDeps } from './compile/compile.ts';
export { kindOf, SOURCE_SUFFIXES } from './compile/kinds.ts';
export type { SourceKind } from './compile/kinds.ts';
export { revalidate } from './compile/revalidate.ts';
export type { BrokenTool, Revalidation } from './compile/revalidate.ts';
export type {
  CompiledPolicy,
  CompiledPolicySet,
  CompileResult,
  Diagnostic,
  PolicySource,
} from './compile/types.ts';
export type {
  CedarRequest,
  Decision,
  DecisionReason,
  DeterminingPolicy,
  GuardTerms,
  NearestPermit,
  Obligations,
  Outcome,
  PolicyRead,
  PolicyValue,
  Unrepresentable,
} from './decision.ts';
export { createEngine } from './engine.ts';
export type { EngineOptions } from './engine.ts';
export type {
  DecideOptions,
  DecideRequestOptions,
  Engine,
  ListFacts,
  LoadResult,
  Prospect,
  ProspectPolicy,
  Turns,
} from './engine-types.ts';
export type {
  AgentFacts,
  Assurance,
  CallFacts,
  ChainFacts,
  ChainLink,
  ListedFacts,
  MeterValue,
  PromptFacts,
  ResourceFacts,
  Risk,
  ServerFacts,
  TargetFacts,
  TemplateFacts,
  TokenFacts,
  ToolFacts,
  UserFacts,
} from './facts.ts';
export { parsePath, parsePathList } from './obligations/paths.ts';
export type { ObligationPath, PathRoot, PathStep } from './obligations/paths.ts';
export { REDACTED, redactedPaths, redactReads, redactRequest } from './obligations/redact.ts';
export { amountOf, sumOf, valueOf } from './meters/amount.ts';
export type { Amount } from './meters/amount.ts';
export { compileMeters, withMeters } from './meters/compile-meters.ts';
export { actionOf, meteringOf } from './meters/metering.ts';
export type { Metering, Need } from './meters/metering.ts';
export { withMeasured } from './meters/show.ts';
export type { Measured } from './meters/show.ts';
export type { Measure, Meter, MeterPer, MeterType } from './meters/types.ts';
export {
  bucketAt,
  changedBy,
  decodeWindow,
  emptyWindow,
  encodeWindow,
  expiryOf,
  prunedAt,
  reshaped,
  totalOf,
} from './meters/window.ts';
export type { MeterWindow, WindowShape } from './meters/window.ts';
export { OPERATIONS } from './operations.ts';
export type { OperationSpec, TargetType } from './operations.ts';
export type { ValidSet } from './replay/judge.ts';
export { rebuiltEntities } from './replay/rebuild.ts';
export type { RegisteredFacts } from './replay/rebuild.ts';
export { mergeReports } from './replay/merge.ts';
export { reopenSet } from './replay/reopen.ts';
export type { RecordedSet, SetReopened } from './replay/reopen.ts';
export { openReplay } from './replay/replay.ts';
export type { Replay, ReplayOpened, ReplayOptions } from './replay/replay.ts';
export type {
  NotReplayed,
  RecordedDecision,
  Replayed,
  ReplayExample,
  ReplayGroup,
  ReplayReport,
} from './replay/types.ts';
export { buildSchema, toolAction } from './schema/build.ts';
export { schemaNames } from './schema/names.ts';
export type { NamedMember, SchemaNames } from './schema/names.ts';
export type {
  InputRecord,
  InputType,
  Omission,
  PolicySchema,
  SchemaInput,
  Sha256Hex,
  ToolDefinition,
} from './schema/types.ts';
export { sentence } from './sentence.ts';
export { comparePolicies } from './terms.ts';
export type { PolicyChange, TermChange, TermPart } from './terms.ts';
export { ALGEBRA, engineVersion } from './versions.ts';
