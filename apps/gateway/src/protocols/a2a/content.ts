// What policy sees of a message: the sum of it, typed as packages/policy types `context.input` of a message (its README,
// "Messages between agents"). Texts are counted, names are listed, and no text is shown. Total: whatever a message that was
// taken holds, this says something of it; what would be too much of it is left out, and a policy that reads that denies.
import type { Dialect, PartContent, Role } from './dialects/types.ts';

type Members = Readonly<Record<string, unknown>>;

/** More names than that, or longer ones, are not shown: the member is missing, which is not the same as empty. */
const MAX_NAMES = 1_000;
const MAX_NAME = 1_024;

/** What agents read the wanted skill from; A2A itself has no word for it. */
const SKILL_NAMES: ReadonlySet<string> = new Set(['skill', 'skillId', 'skill_id']);

/**
 * @param params of a request whose message is well formed.
 * @param headers by lower-cased name, as they are sent on.
 * @returns JSON text for `context.input`.
 */
export function contentOf(params: Members, headers: ReadonlyMap<string, string>, dialect: Dialect): string {
  const message = membersOf(params['message']);
  const parts = listOf(message['parts']).map(membersOf);
  const contents = parts.flatMap((part) => dialect.partOf(part) ?? []);
  const extensions = distinct([...listOf(message['extensions']), ...namedIn(headers)]);
  const ofMessage = [membersOf(message['metadata']), membersOf(params['metadata'])];
  const metadata = [...ofMessage, ...parts.map((part) => membersOf(part['metadata']))];
  return JSON.stringify({
    role: roleOf(message['role'], dialect),
    parts: distinct(contents.map(({ kind }) => kind)),
    mediaTypes: bounded(distinct(contents.flatMap(mediaTypeOf))),
    hosts: bounded(distinct(contents.flatMap(hostOf))),
    dataKeys: bounded(distinct(contents.flatMap(keysOf))),
    textLength: contents.reduce((sum, content) => sum + lengthOf(content), 0),
    ...skillIn(ofMessage, new Set(extensions)),
    extensions: bounded(extensions),
    metadata: bounded(distinct(metadata.flatMap((members) => Object.keys(members)))),
  });
}

function roleOf(value: unknown, { roles }: Dialect): Role | '' {
  if (value === roles.user) return 'user';
  return value === roles.agent ? 'agent' : '';
}

/** A file that does not say what it is has the media type ''. */
function mediaTypeOf({ kind, mediaType }: PartContent): string[] {
  const type = mediaType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return type !== '' || kind === 'raw' || kind === 'url' ? [type] : [];
}

/** An address without a host (`data:`, or none at all) has the host ''. */
function hostOf(content: PartContent): string[] {
  return content.kind === 'url' ? [URL.parse(content.url)?.hostname ?? ''] : [];
}

/** Data that is no object has the key ''. */
function keysOf(content: PartContent): string[] {
  if (content.kind !== 'data') return [];
  const { data } = content;
  return isObject(data) ? Object.keys(data) : [''];
}

/** In Unicode code points. */
function lengthOf(content: PartContent): number {
  if (content.kind !== 'text') return 0;
  const { text } = content;
  let length = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) length += 1;
  return length;
}

/**
 * The skill that metadata names: under one of the names, under an address that ends in one (`https://ext.example/v1/skill`),
 * or so within what stands under the address of an extension in use. Where several are named, an agent could read another
 * than policy: then it is ''.
 */
function skillIn(metadata: readonly Members[], extensions: ReadonlySet<string>): { readonly skill?: string } {
  const found = new Set<unknown>();
  for (const members of metadata) {
    for (const [name, value] of Object.entries(members)) {
      if (SKILL_NAMES.has(name.slice(name.lastIndexOf('/') + 1))) found.add(value);
      else if (extensions.has(name))
        for (const inner of SKILL_NAMES)
          if (Object.hasOwn(membersOf(value), inner)) found.add(membersOf(value)[inner]);
    }
  }
  if (found.size === 0) return {};
  const [skill] = found;
  return { skill: found.size === 1 && typeof skill === 'string' && skill.length <= MAX_NAME ? skill : '' };
}

/** What the request declares in its header: `A2A-Extensions`, or `X-A2A-Extensions` as 0.3 has it. */
function namedIn(headers: ReadonlyMap<string, string>): string[] {
  return ['a2a-extensions', 'x-a2a-extensions'].flatMap((name) =>
    (headers.get(name) ?? '')
      .split(',')
      .map((uri) => uri.trim())
      .filter((uri) => uri !== ''),
  );
}

/** Strings only: what else stands where a name belongs says nothing to a policy, and is not nothing. */
function distinct(values: readonly unknown[]): string[] {
  return [...new Set(values.map((value) => (typeof value === 'string' ? value : '')))];
}

function bounded(names: readonly string[]): readonly string[] | undefined {
  return names.length > MAX_NAMES || names.some((name) => name.length > MAX_NAME) ? undefined : names;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function membersOf(value: unknown): Members {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
