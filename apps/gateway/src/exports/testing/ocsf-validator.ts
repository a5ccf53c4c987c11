// Holds an event to the published OCSF definitions: no attribute that they do not have, none missing that they require,
// types and enum numbers theirs, and each caption that of its number. Knows nothing of how events are made.
import { readFileSync } from 'node:fs';

interface Definition {
  readonly attributes: Readonly<Record<string, string>>;
  readonly enums?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly atLeastOne?: readonly string[];
  readonly open?: boolean;
}

interface Schema {
  readonly classes: Readonly<
    Record<string, Definition & { uid: number; caption: string; category_uid: number; category_name: string }>
  >;
  readonly profiles: Readonly<Record<string, Definition>>;
  readonly objects: Readonly<Record<string, Definition>>;
}

const schema = JSON.parse(
  readFileSync(new URL('../testdata/ocsf-1.9.0.json', import.meta.url), 'utf8'),
) as Schema;

const STRINGS = new Set(['string_t', 'username_t', 'file_hash_t', 'hostname_t', 'ip_t', 'url_t', 'email_t']);
const INTEGERS = new Set(['integer_t', 'long_t', 'timestamp_t', 'port_t']);

/** What is wrong with the event, one line each; empty where nothing is. */
export function ocsfFaults(event: unknown): string[] {
  const api = schema.classes['api_activity'];
  if (!isRecord(event) || api === undefined) return ['the event is no object'];
  const profiles = (event['metadata'] as { profiles?: string[] } | undefined)?.profiles ?? [];
  const unknown = profiles.filter((name) => schema.profiles[name] === undefined);
  const parts = profiles.flatMap((name) => schema.profiles[name] ?? []);
  const whole: Definition = {
    attributes: Object.assign({}, api.attributes, ...parts.map(({ attributes }) => attributes)) as Record<
      string,
      string
    >,
    enums: Object.assign({}, api.enums, ...parts.map(({ enums }) => enums ?? {})) as NonNullable<
      Definition['enums']
    >,
  };
  return [
    ...unknown.map((name) => `unknown profile ${name}`),
    ...faults(event, whole, ''),
    ...classFaults(event, api),
  ];
}

function classFaults(
  event: Readonly<Record<string, unknown>>,
  api: NonNullable<Schema['classes'][string]>,
): string[] {
  const expected: Readonly<Record<string, unknown>> = {
    class_uid: api.uid,
    class_name: api.caption,
    category_uid: api.category_uid,
    category_name: api.category_name,
    type_uid: api.uid * 100 + Number(event['activity_id']),
    type_name: `${api.caption}: ${String(event['activity_name'])}`,
  };
  return Object.entries(expected).flatMap(([name, value]) =>
    event[name] === value ? [] : [`${name} is ${String(event[name])}, not ${String(value)}`],
  );
}

function faults(value: Readonly<Record<string, unknown>>, definition: Definition, path: string): string[] {
  const found: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    const declared = definition.attributes[name];
    if (declared === undefined) {
      if (definition.open !== true) found.push(`${path}${name} is not defined`);
      continue;
    }
    found.push(...typeFaults(member, declared.split(' ')[0] ?? '', `${path}${name}`));
    const captions = definition.enums?.[name];
    if (captions !== undefined) found.push(...enumFaults(value, name, captions, path));
  }
  for (const [name, declared] of Object.entries(definition.attributes)) {
    if (declared.endsWith(' r') && value[name] === undefined) found.push(`${path}${name} is required`);
  }
  const { atLeastOne } = definition;
  if (atLeastOne !== undefined && !atLeastOne.some((name) => value[name] !== undefined)) {
    found.push(`${path} needs one of ${atLeastOne.join(', ')}`);
  }
  return found;
}

function enumFaults(
  value: Readonly<Record<string, unknown>>,
  name: string,
  captions: Readonly<Record<string, string>>,
  path: string,
): string[] {
  const caption = captions[String(value[name])];
  if (caption === undefined) return [`${path}${name} has no value ${String(value[name])}`];
  const sibling = name === 'activity_id' ? 'activity_name' : name.replace(/_id$/, '');
  const said = value[sibling];
  if (caption === 'Other')
    return typeof said === 'string' ? [] : [`${path}${sibling} must say what Other is`];
  return said === undefined || said === caption
    ? []
    : [`${path}${sibling} is ${JSON.stringify(said)}, not ${caption}`];
}

function typeFaults(value: unknown, type: string, path: string): string[] {
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, at) => typeFaults(item, type.slice(0, -2), `${path}[${at}]`));
  }
  if (STRINGS.has(type)) return typeof value === 'string' ? [] : [`${path} is no text`];
  if (INTEGERS.has(type)) return Number.isSafeInteger(value) ? [] : [`${path} is no integer`];
  if (type === 'boolean_t') return typeof value === 'boolean' ? [] : [`${path} is no boolean`];
  const definition = schema.objects[type];
  if (definition === undefined) return [`${path} has the unknown type ${type}`];
  return isRecord(value) ? faults(value, definition, `${path}.`) : [`${path} is no object`];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
