// The public door of the log format: everything that others may use, by name.

export { type Bytes, equalBytes, fromHex, fromUtf8, toHex, utf8 } from './bytes.ts';
export { type CanonicalValue, canonicalJson } from './canonical.ts';
export {
  type Checkpoint,
  isOrigin,
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  parseCheckpointText,
  signCheckpoint,
} from './checkpoint.ts';
export { commitment, commitmentDigest, SALT_BYTES } from './commitment.ts';
export { type Cosignature, cosign, openCosignatures, withSignatures } from './cosignature/cosignature.ts';
export {
  type CosignatureVerifier,
  type Cosigner,
  generateCosignerKey,
  importCosignatureVerifier,
  importCosigner,
} from './cosignature/key.ts';
export { FIRST_CHAIN_LINK, nextChainLink, originDigest } from './entry/chain.ts';
export { ENTRY_KINDS, ENTRY_VERSION } from './entry/kinds.ts';
export { MAX_HEADER_BYTES, parseEntry } from './entry/parse.ts';
export {
  type EntryPosition,
  placeEntry,
  prepareEntry,
  type SealedEntry,
  sealEntry,
  type Unplaced,
} from './entry/seal.ts';
export type {
  ChainLink,
  ChainRef,
  Decision,
  Detail,
  DetailName,
  EntryBody,
  EntryDraft,
  EntryHeader,
  EntryKind,
  Operation,
  Outcome,
  Protocol,
  Reason,
  Reject,
  Revision,
} from './entry/types.ts';
export {
  checkpointKeysAt,
  type KeyManifest,
  manifestKeyName,
  type ManifestKey,
  type ManifestRole,
  openKeyManifest,
  parseKeyManifest,
  receiptKeysAt,
  signKeyManifest,
} from './keys/manifest.ts';
export { belowPin, isKeyEntry, knowsOf, pinnedSerial } from './keys/age.ts';
export { openSpoken } from './keys/speaking.ts';
export { currentKey, withRevokedKey, withRotatedKey } from './keys/succession.ts';
export { type Id, ID_PREFIXES, type IdPrefix, isId, newId } from './ids.ts';
export {
  appendLeaf,
  appendSubtree,
  type CompactRange,
  EMPTY_RANGE,
  leafHash,
  nodeHash,
  parseRange,
  rangeRoot,
  serializeRange,
} from './merkle.ts';
export { type OpenedNote, openNote, type ParsedNote, parseNote, signNote } from './note.ts';
export {
  generateNoteKey,
  importNoteSigner,
  importNoteVerifier,
  type NoteSigner,
  type NoteVerifier,
} from './note-key.ts';
export {
  readRedaction,
  redactedRanges,
  type RedactedRange,
  redactionText,
} from './verify/redactions.ts';
export type { RandomBytes } from './random.ts';
export {
  type CheckedReceipt,
  checkReceipt,
  promisedBy,
  type ReceiptEvidence,
  type ReceiptVerdict,
} from './receipt/check.ts';
export { compactReceipt, expandReceipt } from './receipt/compact.ts';
export {
  type OpenedReceipt,
  openReceipt,
  parseReceipt,
  type Receipt,
  type ReceiptKind,
  receiptKeyName,
  signReceipt,
} from './receipt/receipt.ts';
export { openSpokenReceipt, type ReceiptStanding, type SpokenReceipt } from './receipt/spoken.ts';
export type { AuditError, Result } from './result.ts';
export { type Digest, digestOf, isDigest, sha256, toDigest } from './sha256.ts';
export {
  proveConsistency,
  proveInclusion,
  proveRange,
  type RangeProof,
  type ReadNode,
} from './proof/prove.ts';
export { type Node, nodesOf, type Span } from './proof/spans.ts';
export { formatTlogProof, openTlogProof, parseTlogProof, type TlogProof } from './proof/text.ts';
export {
  type ConsistencyClaim,
  type InclusionClaim,
  type RangeClaim,
  verifyConsistency,
  verifyInclusion,
  verifyRange,
} from './proof/verify.ts';
export { isReservedName, parseTrust } from './trust/parse.ts';
export { checkQuorum, type QuorumReport, type WitnessSighting } from './trust/quorum.ts';
export type { Trust, TrustedGroup, TrustedLog, TrustedManifest, TrustedWitness } from './trust/types.ts';
export { encodeBundle, parseBundle } from './tile/bundle.ts';
export { joinHashes, perfectRoot, splitHashes } from './tile/hashes.ts';
export { type Bundle, bundlePath, parseBundlePath, parseTilePath, tilePath } from './tile/path.ts';
export {
  fullTilesAt,
  hashesAt,
  isTileIn,
  partialTiles,
  sliceOfNode,
  type Tile,
  TILE_HEIGHT,
  TILE_WIDTH,
  tileIn,
  type TileSlice,
} from './tile/place.ts';
export { type FetchTile, openTileTree, TileError, type TileTree } from './tile/tree.ts';
export { type BundleChunks, type BundleProblemCode, readBundle, type ReadLine } from './bundle/read.ts';
export type { BundleOptions, BundleReport, TimestampAnswer } from './bundle/report.ts';
export {
  type AnchorLine,
  type BodyLine,
  BUNDLE_LIMITS,
  BUNDLE_VERSION,
  type BundleDetail,
  type BundleHead,
  type BundleLimits,
  type BundleLine,
  type BundleSelection,
  type EntryLine,
  type PolicySetLine,
  type RangeLine,
  type ReceiptLine,
} from './bundle/types.ts';
export { verifyBundle } from './bundle/verify.ts';
export { type BundleWriter, createBundleWriter } from './bundle/write.ts';
export { verifyLog } from './verify/log.ts';
export { type StoredValues, type ValuesReport, verifyValues } from './verify/values.ts';
export type {
  NotReplayed,
  RecordedDecision,
  RecordedPolicySet,
  RecordedSchema,
  ReplayAnswer,
  Replayer,
  ReplayMismatch,
} from './verify/replayer.ts';
export {
  type ArchivedRange,
  type ArchiveRef,
  type AuditOptions,
  type CallCounts,
  type DecisionCounts,
  type EntriesBefore,
  type Failure,
  type FailureCode,
  type Level,
  type LevelReport,
  LEVELS,
  LOG_LEVELS,
  type LogLevel,
  type LogReport,
  type StoredEntry,
  type Subtree,
  type VerifyOptions,
  type WitnessReport,
} from './verify/types.ts';
