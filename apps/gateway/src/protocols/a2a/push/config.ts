// A push notification config as a client writes it, in either version: where it wants to be told what becomes of a task, and
// by which secrets it will know that it is told by whom it asked (A2A 1.0, section 4.3.1).
import { ok, type Result } from '../../../errors.ts';
import type { InboundCall } from '../../../pipeline/types.ts';
import type { Dialect } from '../dialects/types.ts';
import type { A2aOperation } from '../operations.ts';

export interface PushConfig {
  /** What the client calls it; null leaves that to us. */
  readonly name: string | null;
  /** Absolute, as a URL parser writes it. */
  readonly url: string;
  readonly token: string | null;
  readonly authentication: { readonly scheme: string; readonly credentials: string } | null;
}

type Members = Readonly<Record<string, unknown>>;

const MAX_URL = 2048;
const MAX_SECRET = 4096;
const MAX_NAME = 128;
// What stands in a header must not be able to end it.
const HEADER_VALUE = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const SCHEME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;

/** Where the config stands in the parameters: in 1.0 they are the config. */
export function pushPath(operation: A2aOperation, { webhook, version }: Dialect): string {
  if (operation !== 'a2a:push/set') return `params.configuration.${webhook}`;
  return version === '1.0' ? 'params' : 'params.pushNotificationConfig';
}

/** Null for a message that names none. The error says which member is wrong. */
export function readPush(
  operation: A2aOperation,
  params: Members,
  dialect: Dialect,
): Result<PushConfig | null, string> {
  const path = pushPath(operation, dialect);
  // SECURITY: an agent that reads other versions, too, would take from there what nobody decided about.
  const elsewhere = ELSEWHERE.find((place) => place !== path && !isAbsent(memberAt(params, place)));
  if (elsewhere !== undefined) return no(elsewhere, `be absent: A2A ${dialect.version} has no such member`);
  const value = memberAt(params, path);
  if (value === undefined || value === null) {
    return operation === 'a2a:push/set' ? no(path, 'be an object with a `url`') : ok(null);
  }
  const config = membersOf(value);
  if (config === null) return no(path, 'be an object with a `url`');
  // SECURITY: a config that comes with a message is about what becomes of that message, and of no other task.
  const isOther = path !== 'params' && !isAbsent(config['taskId']);
  if (isOther && config['taskId'] !== memberAt(params, 'params.message.taskId'))
    return no(`${path}.taskId`, 'be absent, or the task of the message');
  return configOf(config, path);
}

/** Where readers of one version or another look for a config. */
const ELSEWHERE = [
  'params.pushNotificationConfig',
  'params.configuration.pushNotificationConfig',
  'params.configuration.taskPushNotificationConfig',
] as const;

function memberAt(params: Members, path: string): unknown {
  return path
    .split('.')
    .slice(1)
    .reduce<unknown>((at, name) => membersOf(at)?.[name], params);
}

/** JSON text for `context.input` of `a2a:push/set` (packages/policy, "Where push notifications go"). */
export function pushInput({ url, token, authentication }: PushConfig): string {
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol.slice(0, -1);
  return JSON.stringify({
    url,
    scheme,
    host: hostname,
    port: port === '' ? (scheme === 'http' ? 80 : 443) : Number(port),
    hasToken: token !== null,
    ...(authentication === null ? {} : { authentication: authentication.scheme }),
  });
}

/** As its owner is told of it, in the words of its version. */
export function configJson(
  config: PushConfig & { readonly name: string },
  task: string,
  { version }: Pick<Dialect, 'version'>,
): object {
  const { name: id, url, token, authentication } = config;
  const common = { id, url, ...(token === null ? {} : { token }) };
  if (version === '1.0')
    return { taskId: task, ...common, ...(authentication === null ? {} : { authentication }) };
  const schemes =
    authentication === null
      ? {}
      : { authentication: { schemes: [authentication.scheme], credentials: authentication.credentials } };
  return { taskId: task, pushNotificationConfig: { ...common, ...schemes } };
}

function configOf(config: Members, path: string): Result<PushConfig, string> {
  const { id, url, token, authentication } = config;
  if (!isAbsent(id) && !isText(id, MAX_NAME)) return no(`${path}.id`, `be a string of up to ${MAX_NAME}`);
  const parsed = isText(url, MAX_URL) ? URL.parse(url) : null;
  if (parsed === null) return no(`${path}.url`, 'be an absolute URL, such as `https://client.example/hook`');
  if (parsed.username !== '' || parsed.password !== '')
    return no(`${path}.url`, 'have no user or password in it: use `authentication`');
  if (parsed.hash !== '') return no(`${path}.url`, 'have no fragment');
  // Policies compare names: one with a dot at its end is the same name and another text.
  if (parsed.hostname.endsWith('.')) return no(`${path}.url`, 'name its host without a dot at the end');
  if (!isAbsent(token) && !(isText(token, MAX_SECRET) && HEADER_VALUE.test(token)))
    return no(`${path}.token`, 'be printable ASCII, since it is sent in a header');
  const known = isAbsent(authentication) ? ok(null) : authenticationOf(authentication, path);
  if (!known.ok) return known;
  return ok({
    name: isAbsent(id) ? null : (id as string),
    url: parsed.href,
    token: isAbsent(token) ? null : (token as string),
    authentication: known.value,
  });
}

function authenticationOf(value: unknown, path: string): Result<PushConfig['authentication'], string> {
  const { scheme, schemes, credentials } = membersOf(value) ?? {};
  // 0.3 lets a client name several; one is used, and the first that it names is the one it likes best.
  const named = scheme ?? (Array.isArray(schemes) ? (schemes as readonly unknown[])[0] : undefined);
  if (typeof named !== 'string' || !SCHEME.test(named))
    return no(`${path}.authentication`, 'name its scheme, such as `Bearer`');
  if (isAbsent(credentials)) return ok(null);
  if (!isText(credentials, MAX_SECRET) || !HEADER_VALUE.test(credentials))
    return no(`${path}.authentication.credentials`, 'be printable ASCII, since they are sent in a header');
  return ok({ scheme: named, credentials });
}

// ProtoJSON: null and the empty string are how a sender may write "absent".
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= most;
}

function membersOf(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
}

function no(path: string, must: string): Result<never, string> {
  return { ok: false, error: `\`${path}\` must ${must}` };
}

/** What a request calls the config that it is about. */
export function configName({ message }: Pick<InboundCall, 'message'>): string {
  const name = message?.params[configMember(message.method)];
  return typeof name === 'string' ? name : '';
}

/** The member of the parameters that names it. */
export function configMember(method: string): string {
  return method.includes('/') ? 'pushNotificationConfigId' : 'id';
}
