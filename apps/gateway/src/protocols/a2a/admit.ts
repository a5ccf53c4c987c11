// The tasks and contexts that a request names must be its caller's: anything else is "not found", whether it exists or not
// (DESIGN section 7). What is sent on names them as the agent knows them; labels of the chains they come from join the call.
import { ok, refuse, type Result } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { AuthenticatedCall } from '../../pipeline/types.ts';
import type { ContextRecord, TaskRecord } from '../../store/readers/tasks.ts';
import { rawBody } from '../http.ts';
import { dialectOf } from './dialects/dialects.ts';
import { dialectOfTask } from './dialects/of-task.ts';
import { type IdSite, renameIds } from './ids.ts';
import { isMessageCall } from './named.ts';
import { INVALID_PARAMS, UNSUPPORTED_OPERATION, VERSION_NOT_SUPPORTED } from './operations.ts';
import { type A2aReaders, isOwn } from './reads.ts';
import { actualTask, sameTask } from './rows.ts';
import { settledState } from './states.ts';
import type { UpstreamCards } from './upstream-card.ts';

export interface AdmitDeps {
  readonly pipeline: Deps;
  readonly readers: A2aReaders;
  readonly cards: Pick<UpstreamCards, 'interfaceOf'>;
}

interface Named {
  readonly site: IdSite;
  /** The agent's id for it; null where the agent never got one. */
  readonly upstreamId: string | null;
  readonly chain: string;
  readonly context: ContextRecord | null;
  readonly task: TaskRecord | null;
}

export async function admitIds(
  call: AuthenticatedCall,
  sites: readonly IdSite[],
  deps: AdmitDeps,
): Promise<Result<AuthenticatedCall>> {
  const version = await checkVersion(call, deps);
  if (!version.ok) return version;
  const tenant = await checkTenant(call, deps);
  if (!tenant.ok) return tenant;
  const named: Named[] = [];
  for (const site of sites) {
    const found = await (site.kind === 'task' ? findTask(site, call, deps) : findContext(site, call, deps));
    if (found === null) return foreign(site);
    const other = await toldOtherwise(found.task, call, deps);
    if (other !== null) return other;
    named.push(found);
  }
  if (isMessageCall(call)) {
    const unfit = named.map(unfitForMessage).find((refusal) => refusal !== null);
    if (unfit !== undefined) return unfit;
  }
  const upstreamIds = new Map(named.map(({ site, upstreamId }) => [site, upstreamId]));
  // A task of the gateway's own stays as it is: the gateway answers for it.
  const bytes = renameIds(
    call.body.bytes,
    sites,
    (site) => upstreamIds.get(site) ?? (site.kind === 'task' ? site.value : null),
  );
  const labels = new Set(call.link.labels);
  for (const chain of new Set(named.map((each) => each.chain))) {
    for (const label of await deps.pipeline.reads.chainLabels(chain)) labels.add(label);
  }
  return ok({
    ...call,
    outbound: bytes === call.body.bytes ? call.body : rawBody(bytes),
    link: { ...call.link, labels: [...labels] },
  });
}

async function findTask(
  site: IdSite,
  call: AuthenticatedCall,
  { readers }: AdmitDeps,
): Promise<Named | null> {
  const task = await readers.tasks.get(site.value);
  if (task === null || !isOwn(task, call)) return null;
  const actual = await actualTask(task, readers);
  const context = await readers.tasks.context(actual.upstreamUid, actual.context);
  return { site, upstreamId: actual.upstreamTask, chain: actual.chain, context, task };
}

async function findContext(
  site: IdSite,
  call: AuthenticatedCall,
  { readers }: AdmitDeps,
): Promise<Named | null> {
  const context = await readers.tasks.context(call.upstream.uid, site.value);
  if (context === null || !isOwn(context, call)) return null;
  return { site, upstreamId: context.upstreamContext, chain: context.chain, context, task: null };
}

function unfitForMessage({ site, context, task, upstreamId }: Named): Result<never> | null {
  const isUnsent = task !== null && upstreamId === null;
  if (isUnsent && (settledState(task.state) !== null || !site.isPrimary)) {
    const message = `the agent never got the task \`${task.id}\`: send the message without naming it`;
    return refuse('invalid_arguments', message, message, { rpcCode: UNSUPPORTED_OPERATION });
  }
  if (!isUnsent && (!site.isPrimary || context === null || context.heldBy === null)) return null;
  // One held message at a time: what follows it could not be decided before it is known whether it was sent.
  const message =
    'an earlier message of this context is held or being sent: send this one again when that one is settled';
  const heldBy = context?.heldBy ?? task?.call ?? '';
  return refuse('too_many_pending', `the context is held by ${heldBy}`, message, { data: { heldBy } });
}

/**
 * A message in a version that the agent does not take is refused before anybody decides about it. Where its card cannot be
 * read now, whoever sends the message finds that out.
 */
async function checkVersion(call: AuthenticatedCall, { cards }: AdmitDeps): Promise<Result<void>> {
  if (!isMessageCall(call) || call.upstream.kind !== 'a2a') return ok(undefined);
  const found = await cards.interfaceOf(call.upstream, dialectOf(call).version);
  return found.ok || found.error.code !== 'unsupported_version' ? ok(undefined) : found;
}

/** A task of the gateway's own is told as its message was sent, and not turned into another version's words. */
async function toldOtherwise(
  task: TaskRecord | null,
  call: AuthenticatedCall,
  { readers }: AdmitDeps,
): Promise<Result<never> | null> {
  if (task === null || !task.minted || task.upstreamTask !== null || sameTask(task) !== null) return null;
  const { version } = await dialectOfTask(task, readers);
  if (version === dialectOf(call).version) return null;
  const message = `the task \`${task.id}\` was opened in A2A ${version}: ask for it in that version`;
  return refuse('unsupported_version', message, message, {
    rpcCode: VERSION_NOT_SUPPORTED,
    data: { supported: version },
  });
}

/**
 * SECURITY: `tenant` chooses whose agent answers on a shared address. The one that the card names may be said; any other
 * would reach, with the gateway's own credential, somebody whom nobody registered.
 */
async function checkTenant(call: AuthenticatedCall, { cards }: AdmitDeps): Promise<Result<void>> {
  const tenant = call.message?.params['tenant'];
  if (tenant === undefined || tenant === null || tenant === '' || call.upstream.kind !== 'a2a')
    return ok(undefined);
  const found = await cards.interfaceOf(call.upstream, dialectOf(call).version);
  if (!found.ok) return found;
  if (found.value.tenant === tenant) return ok(undefined);
  const message = '`params.tenant` must be the tenant that the agent card names, or absent';
  return refuse('invalid_arguments', message, message, { rpcCode: INVALID_PARAMS });
}

function foreign({ kind, value }: IdSite): Result<never> {
  const what = kind === 'task' ? 'Task' : 'Context';
  return refuse(
    'foreign_task',
    `${kind} \`${value}\` is not this caller's`,
    `${what} not found: \`${value}\``,
  );
}
