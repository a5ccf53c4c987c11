// What is stored of a decided call: everything that is recorded in the caller's own words passes through here, so that no
// value that an obligation names reaches the store (DESIGN section 6). Without such obligations nothing is changed.
import {
  type Decision,
  type ObligationPath,
  redactedPaths,
  redactReads,
  redactRequest,
} from '@countersign/policy';
import { withheldMeters, withoutMeters } from '../meters/withheld.ts';
import type { NeverStore } from '../never-store/never-store.ts';
import type { DecidedCall } from '../pipeline/types.ts';
import { outlined, STORED } from './marks.ts';
import { redactionsOf } from './of-call.ts';
import { readStructure, redactableRequest } from './request.ts';
import { rewrite } from './rewrite.ts';
import { NO_SECRETS, type Secrets } from './secrets.ts';

type Explained = Pick<
  Decision,
  'determining' | 'guards' | 'errors' | 'obligations' | 'nearest' | 'unrepresentable'
>;

export interface RecordedWords {
  /** JSON text of the parameters. */
  readonly request: string | undefined;
  readonly cedar: Decision['request'];
  readonly explanation: Explained | null;
  readonly sentence: string;
}

export function recordedWords(call: DecidedCall, never: NeverStore): RecordedWords {
  const { decision, sentence } = call.verdict;
  const request = call.message?.paramsText;
  const cedar = decision?.request ?? null;
  const paths = redactionsOf(call);
  if (call.message === null || !isLookedThrough(call, paths, never))
    return { request, cedar, explanation: decision, sentence: never.clean(sentence) };

  const redactable = redactableRequest(call, paths, never);
  // What cannot be read cannot be shown to be without the values: nothing of it is stored.
  if (redactable === null)
    return { request: undefined, cedar: null, explanation: null, sentence: withoutReason(sentence) };
  const { secrets, isDenied } = redactable;
  const stored =
    cedar === null
      ? null
      : redactRequest(
          withoutMeters(cedar, withheldMeters(call)),
          paths,
          (text) => isDenied(text) || secrets.occursIn(text) || never.inText(text).length > 0,
        );
  return {
    request: redactable.text(() => STORED) ?? undefined,
    cedar: stored,
    explanation: decision === null ? null : explained(decision, stored, secrets),
    sentence: never.clean(secrets.without(sentence, STORED.inString)),
  };
}

/** The parameters as reviewers are shown them: what is not stored is there in outline. */
export function shownParams(call: DecidedCall, digestKey: Uint8Array, never: NeverStore): string {
  const paths = redactionsOf(call);
  const text = call.message?.paramsText ?? '';
  if (text === '' || !isLookedThrough(call, paths, never)) return text;
  return redactableRequest(call, paths, never)?.text((within) => outlined(within, digestKey)) ?? '';
}

/**
 * What came of the call, as it may be stored: an answer may repeat what was sent.
 *
 * @returns null where a result cannot be shown to be without it.
 */
export function recordedAnswer(call: DecidedCall, text: string, never: NeverStore): string | null {
  const sent = secretsSent(call, never);
  if (sent === null) return null;
  const isSuspect = never.mayBeIn(text);
  if (sent.isEmpty && !isSuspect) return text;
  const tree = readStructure(text);
  if (tree === null) return sent.andTexts(isSuspect ? never.inText(text) : []).without(text, STORED.inString);
  const denied = isSuspect ? never.inJson(tree) : { nodes: [], texts: [] };
  return rewrite(text, tree, new Set(denied.nodes), sent.andTexts(denied.texts), STORED);
}

/** What was sent and must not be stored; null where that cannot be told. */
function secretsSent(call: DecidedCall, never: NeverStore): Secrets | null {
  const paths = redactionsOf(call);
  if (call.message === null || !isLookedThrough(call, paths, never)) return NO_SECRETS;
  return redactableRequest(call, paths, never)?.secrets ?? null;
}

function isLookedThrough(
  { message, unstored }: DecidedCall,
  paths: readonly ObligationPath[],
  never: NeverStore,
): boolean {
  return paths.length > 0 || unstored !== undefined || never.mayBeIn(message?.paramsText ?? '');
}

function explained(decision: Decision, stored: Decision['request'], secrets: Secrets): Explained {
  const gone = stored === null ? [] : redactedPaths(stored);
  const clean = (text: string) => secrets.without(text, STORED.inString);
  const { guards, obligations } = decision;
  return {
    guards,
    obligations,
    determining: decision.determining.map((policy) => ({
      ...policy,
      reads: redactReads(policy.reads, gone),
    })),
    nearest: decision.nearest.map((policy) => ({ ...policy, reads: redactReads(policy.reads, gone) })),
    errors: decision.errors.map(({ policy, message }) => ({ policy, message: clean(message) })),
    unrepresentable: decision.unrepresentable.map(({ path, why }) => ({ path, why: clean(why) })),
  };
}

/** Its reason may quote what the caller wrote. */
function withoutReason(sentence: string): string {
  return sentence.replace(/( and this was denied): .*$/s, '$1');
}
