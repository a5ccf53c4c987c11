// What a server asked before it answers, while its call is a task of the gateway's own: kept with the call, told in the task, and the
// request that brings the answers. Keys are the task's: in one task, a key names one question for ever (ADR 0027). Pure.
import { memberOf, readTree } from '../../../../obligations/json-tree.ts';
import { scan } from '../../../json/scan.ts';
import { compileShape } from '../../../json/shape.ts';
import { editMembers, splice } from '../../../json/splice.ts';

export interface HeldRound {
  /** From 1. */
  readonly number: number;
  /** JSON texts of the questions, by their key in the task. */
  readonly questions: Readonly<Record<string, string>>;
  /** JSON texts of the answers so far, likewise. */
  readonly answers: Readonly<Record<string, string>>;
  /** As it was sealed for this call. */
  readonly state: string;
  /** The answers are on their way, or were when the process ended. */
  readonly isSent: boolean;
}

/** @param message the answer of the server, as its client would have got it. Null where it asks nothing that can be told. */
export function roundOf(message: Uint8Array, number: number): HeldRound | null {
  const source = Buffer.from(message).toString('utf8');
  const result = memberOf(readTree(source) ?? undefined, 'result');
  const type = memberOf(result, 'resultType');
  const state = memberOf(result, 'requestState');
  if (type?.kind !== 'string' || type.value !== 'input_required' || state?.kind !== 'string') return null;
  const asked = memberOf(result, 'inputRequests');
  const members = asked?.kind === 'object' ? asked.members : [];
  const questions = members.map(({ name, value }) => [
    inTask(number, name),
    source.slice(value.start, value.end),
  ]);
  return {
    number,
    questions: Object.fromEntries(questions) as Record<string, string>,
    answers: {},
    state: state.value,
    isSent: false,
  };
}

/** The key of a question as its server gave it. */
export function ownKey({ number }: Pick<HeldRound, 'number'>, key: string): string {
  return number === 1 ? key : key.slice(`${number}:`.length);
}

function inTask(number: number, key: string): string {
  return number === 1 ? key : `${number}:${key}`;
}

/** Keys of the questions that were not answered yet. */
export function openKeys({ questions, answers }: HeldRound): readonly string[] {
  return Object.keys(questions).filter((key) => !Object.hasOwn(answers, key));
}

/** The questions that are open, as the member of a task; null where there are none. */
export function questionsText(round: HeldRound): string | null {
  const open = openKeys(round);
  if (open.length === 0) return null;
  return `{${open.map((key) => `${JSON.stringify(key)}:${round.questions[key] ?? ''}`).join(',')}}`;
}

const SHAPE = compileShape({ params: {} });
/** Whatever the operator's limits are: the call was within them. */
const UNLIMITED = { maxBytes: 1e9, maxDepth: 1e6, maxKeys: 1e8, maxItems: 1e8 };

/** The call again, with what was answered. @param body of the call as it came. */
export function answeredBody(body: Uint8Array, round: HeldRound): Uint8Array {
  const scanned = scan(body, SHAPE, UNLIMITED);
  const params = scanned.ok ? scanned.value.containers.get('params') : undefined;
  if (params === undefined) throw new Error('a held call has no parameters');
  const answers = Object.entries(round.answers).map(
    ([key, text]) => `${JSON.stringify(ownKey(round, key))}:${text}`,
  );
  const changes = new Map<string, string | null>([
    ['requestState', JSON.stringify(round.state)],
    ['inputResponses', answers.length === 0 ? null : `{${answers.join(',')}}`],
  ]);
  return splice(body, editMembers(params, changes));
}
