// What an agent is told instead of a client's address: one of the gateway's, spliced in where the client's stood.
import type { AuthenticatedCall } from '../../../pipeline/types.ts';
import { rawBody } from '../../http.ts';
import { scan, textOf } from '../../json/scan.ts';
import { compileShape } from '../../json/shape.ts';
import { editMembers, splice } from '../../json/splice.ts';
import type { Container } from '../../json/types.ts';
import { configMember } from './config.ts';
import type { Webhook } from './rows.ts';

export function webhookUrl(publicUrl: string, agent: string, { secret }: Pick<Webhook, 'secret'>): string {
  return `${publicUrl}/a2a/${agent}/push/${secret}`;
}

/** @param path where the config stands in the request. */
export function withWebhook(bytes: Uint8Array, path: string, webhook: Webhook, url: string): Uint8Array {
  const changes = new Map<string, string | null>([
    ['id', JSON.stringify(webhook.id)],
    ['url', JSON.stringify(url)],
    ['token', JSON.stringify(webhook.token)],
    ['authentication', null],
  ]);
  // Along with a message neither says more than the message does.
  if (path !== 'params') for (const name of ['taskId', 'tenant']) changes.set(name, null);
  return splice(bytes, editMembers(objectAt(bytes, path), changes));
}

/** The request with the name by which the agent knows the config. */
export function withConfigId(call: AuthenticatedCall, id: string): AuthenticatedCall {
  const { bytes } = call.outbound;
  const changes = new Map([[configMember(call.message?.method ?? ''), JSON.stringify(id)]]);
  return { ...call, outbound: rawBody(splice(bytes, editMembers(objectAt(bytes, 'params'), changes))) };
}

/** The config as its own text. */
export function configText(bytes: Uint8Array, path: string): string {
  return textOf(bytes, objectAt(bytes, path));
}

const PLACES = [
  '',
  'params',
  'params.configuration',
  'params.configuration.taskPushNotificationConfig',
  'params.configuration.pushNotificationConfig',
  'params.pushNotificationConfig',
];
const SHAPE = compileShape(Object.fromEntries(PLACES.map((path) => [path, {}])));

function objectAt(bytes: Uint8Array, path: string): Container {
  const limits = { maxBytes: bytes.byteLength, maxKeys: 1e8, maxItems: 1e8, maxDepth: 1e6 };
  const scanned = scan(bytes, SHAPE, limits);
  const found = scanned.ok ? scanned.value.containers.get(path) : undefined;
  if (found?.kind !== 'object') throw new Error(`\`${path}\` of a request was read and is not there`);
  return found;
}
