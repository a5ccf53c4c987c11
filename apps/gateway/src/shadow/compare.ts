// The work of the shadow thread: takes a candidate, and decides by it what was decided live. Holds one candidate; what
// it does to the engine or to the thread concerns nobody else.
import { buildSchema, compile, openReplay, type RecordedDecision, type Replay } from '@countersign/policy';
import { sha256Hex } from '../policies/sha256.ts';
import type { Candidate, Compared, Difference, FromShadow, Loaded, ToShadow } from './messages.ts';

/** Answers one message after another. */
export function createComparer(): (message: ToShadow) => FromShadow {
  let replay: Replay | null = null;
  return (message) => {
    const { id } = message;
    switch (message.type) {
      case 'load': {
        const loaded = load(message.candidate, (opened) => {
          replay = opened;
        });
        return { type: 'loaded', id, loaded };
      }
      case 'compare': {
        if (replay === null) throw new Error('the shadow thread was asked before it had a candidate');
        return { type: 'compared', id, compared: compare(message.decisions, replay) };
      }
      default:
        return message satisfies never;
    }
  };
}

function load({ sources, input }: Candidate, take: (replay: Replay) => void): Loaded {
  const schema = buildSchema(input, sha256Hex);
  const compiled = compile(sources, schema, { sha256Hex });
  if (!compiled.ok) return { ok: false, diagnostics: compiled.diagnostics };
  const { set } = compiled;
  const opened = openReplay({ set, schema });
  if (!opened.ok) {
    const place = { file: sources[0]?.file ?? '.', line: 1, column: 1 };
    return { ok: false, diagnostics: [{ severity: 'error', ...place, message: opened.message }] };
  }
  take(opened.replay);
  return { ok: true, digest: set.digest, policies: set.policies.length };
}

function compare(decisions: readonly RecordedDecision[], replay: Replay): Compared {
  let same = 0;
  const differences: Difference[] = [];
  const notReplayed: Compared['notReplayed'][number][] = [];
  for (const [at, recorded] of decisions.entries()) {
    const replayed = replay.again(recorded);
    if (replayed.kind === 'not_replayed') notReplayed.push(replayed.why);
    else if (replayed.kind === 'same') same += 1;
    else {
      const { agent, target, to, decision, sentence } = replayed;
      const { reason, determining, guards, errors, nearest } = decision;
      const explanation = JSON.stringify({
        outcome: to,
        reason,
        sentence,
        determining,
        guards,
        errors,
        nearest,
      });
      differences.push({ at, agent, target, to, explanation });
    }
  }
  return { same, differences, notReplayed };
}
