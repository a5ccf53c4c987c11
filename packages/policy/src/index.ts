// The package's public door.

export type {
  CompiledPolicy,
  CompiledPolicySet,
  CompileResult,
  Diagnostic,
  PolicySource,
} from './compiled.ts';
export type {
  CedarRequest,
  Decision,
  DecisionReason,
  DeterminingPolicy,
  GuardTerms,
  NearestPermit,
  Outcome,
  PolicyRead,
  PolicyValue,
  Unrepresentable,
} from './decision.ts';
export type { DecideOptions, Engine, LoadResult } from './engine-types.ts';
export type {
  AgentFacts,
  Assurance,
  CallFacts,
  ChainFacts,
  ChainLink,
  PromptFacts,
  ResourceFacts,
  Risk,
  ServerFacts,
  TargetFacts,
  TokenFacts,
  ToolFacts,
  UserFacts,
} from './facts.ts';
export type {
  InputRecord,
  InputType,
  Omission,
  PolicySchema,
  SchemaInput,
  Sha256Hex,
  ToolDefinition,
} from './schema/types.ts';
