// The parameters of ListTasks: which of its tasks a caller wants, and from where on (A2A 1.0, section 3.1.4).
import { ok, type Result } from '../../errors.ts';
import type { TaskPlace } from '../../store/readers/tasks.ts';
import { type TaskState, taskStateOf } from './states.ts';

export interface ListQuery {
  readonly context: string | null;
  readonly state: TaskState | null;
  /** Milliseconds since the epoch. */
  readonly since: number | null;
  readonly pageSize: number;
  readonly after: TaskPlace | null;
  readonly historyLength: number | null;
  readonly withArtifacts: boolean;
}

const DEFAULT_PAGE = 50;
const MAX_PAGE = 100;
const MAX_TOKEN_CHARS = 512;

/** The error says which member is wrong. */
export function readListQuery(params: Readonly<Record<string, unknown>>): Result<ListQuery, string> {
  const { contextId, status, pageSize, pageToken, historyLength, statusTimestampAfter, includeArtifacts } =
    withoutNulls(params);
  if (!isOptional(contextId, 'string')) return no('contextId', 'a string');
  if (!isOptional(pageToken, 'string')) return no('pageToken', 'a string');
  if (!isOptional(includeArtifacts, 'boolean')) return no('includeArtifacts', 'true or false');
  const state = status === undefined ? 'TASK_STATE_UNSPECIFIED' : taskStateOf(status);
  if (state === null) return no('status', 'the name of a state, such as `TASK_STATE_WORKING`');
  if (pageSize !== undefined && !isCount(pageSize, 1, MAX_PAGE))
    return no('pageSize', `an integer from 1 to ${MAX_PAGE}`);
  if (historyLength !== undefined && !isCount(historyLength, 0, 1_000_000))
    return no('historyLength', 'an integer from 0 on');
  const since = statusTimestampAfter === undefined ? null : timeOf(statusTimestampAfter);
  if (Number.isNaN(since))
    return no('statusTimestampAfter', 'a time in ISO 8601, such as `2026-01-31T10:00:00Z`');
  const after = pageToken === undefined || pageToken === '' ? null : placeOf(pageToken as string);
  if (after === undefined) return no('pageToken', 'the `nextPageToken` of an earlier answer');
  return ok({
    context: contextId === undefined || contextId === '' ? null : (contextId as string),
    state: state === 'TASK_STATE_UNSPECIFIED' ? null : state,
    since,
    pageSize: (pageSize as number | undefined) ?? DEFAULT_PAGE,
    after,
    historyLength: (historyLength as number | undefined) ?? null,
    withArtifacts: includeArtifacts === true,
  });
}

/** Names a place in the caller's own list: whoever changes it sees another part of that, and nothing else. */
export function pageTokenOf({ updatedAt, id }: TaskPlace): string {
  return Buffer.from(JSON.stringify([updatedAt, id])).toString('base64url');
}

/** Undefined for what is no such token. */
function placeOf(token: string): TaskPlace | undefined {
  if (token.length > MAX_TOKEN_CHARS) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [updatedAt, id] = value as readonly unknown[];
  return Number.isSafeInteger(updatedAt) && typeof id === 'string'
    ? { updatedAt: updatedAt as number, id }
    : undefined;
}

// ProtoJSON: null is how a sender may write "absent".
function withoutNulls(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null));
}

function isOptional(value: unknown, type: 'string' | 'boolean'): boolean {
  return value === undefined || typeof value === type;
}

function isCount(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

function timeOf(value: unknown): number {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
}

function no(member: string, must: string): Result<never, string> {
  return { ok: false, error: `\`params.${member}\` must be ${must}` };
}
