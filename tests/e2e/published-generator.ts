// Cedar's own generator of schemas from tool lists, and how its types are told in the words of ours, so that the two can
// be compared (issue: schema from reality).
import { generateSchema } from '@cedar-policy/mcp-schema-generator-wasm';
import type { InputType } from '@countersign/policy';

const STUB = `namespace Srv {
  @mcp_principal entity Agent;
  @mcp_resource entity Tool;
  action "call_tool" appliesTo { principal: [Agent], resource: [Tool] };
}`;
const CONFIG = JSON.stringify({ objectsAsRecords: true, numbersAsDecimal: true });

/** Every attribute by its path (`a.b`, `list[].c`), with the name of its type and `?` where it may be missing. */
export type Outline = ReadonlyMap<string, string>;

export interface ListedTool {
  readonly name: string;
  readonly inputSchema: unknown;
}

interface TypeJson {
  readonly type: string;
  readonly name?: string;
  readonly element?: TypeJson;
  readonly attributes?: Readonly<Record<string, TypeJson & { readonly required?: boolean }>>;
}
type SchemaJson = Readonly<
  Record<
    string,
    {
      readonly commonTypes?: Readonly<Record<string, TypeJson>>;
      readonly entityTypes?: Readonly<Record<string, { readonly enum?: unknown; readonly tags?: unknown }>>;
    }
  >
>;

/** The generator's outline of a tool's input, or why it has none. */
export function theirOutline({ name, inputSchema }: ListedTool): Outline | string {
  const tools = JSON.stringify([{ name, description: '', inputSchema }]);
  const answer = JSON.parse(generateSchema(STUB, tools, CONFIG)) as {
    readonly isOk: boolean;
    readonly error: string | null;
    readonly schemaJson: string | null;
  };
  if (!answer.isOk || answer.schemaJson === null) return answer.error ?? 'no schema';
  const schema = JSON.parse(answer.schemaJson) as SchemaJson;
  const outline = new Map<string, string>();
  draw({ type: 'EntityOrCommon', name: `Srv::${name}Input` }, '', '', schema, outline);
  outline.delete('');
  return outline;
}

const PRIMITIVES: ReadonlyMap<string, string> = new Map([
  ['String', 'string'],
  ['Long', 'long'],
  ['Bool', 'boolean'],
  ['decimal', 'decimal'],
]);

function draw(
  type: TypeJson,
  path: string,
  mark: string,
  schema: SchemaJson,
  into: Map<string, string>,
): void {
  if (type.type === 'Set' && type.element !== undefined) {
    into.set(path, `set${mark}`);
    draw(type.element, `${path}[]`, '', schema, into);
    return;
  }
  if (type.type === 'Record') {
    const attributes = Object.entries(type.attributes ?? {});
    const isUnion = attributes.length > 0 && attributes.every(([name]) => /^typeChoice\d+$/.test(name));
    into.set(path, `${isUnion ? 'union' : 'record'}${mark}`);
    if (isUnion) return;
    for (const [name, { required, ...of }] of attributes)
      draw(of, path === '' ? name : `${path}.${name}`, required === false ? '?' : '', schema, into);
    return;
  }
  const name = type.name ?? type.type;
  const at = name.lastIndexOf('::');
  const space = schema[at < 0 ? '' : name.slice(0, at)];
  const common = space?.commonTypes?.[name.slice(at + 2)];
  if (at >= 0 && common !== undefined) {
    draw(common, path, mark, schema, into);
    return;
  }
  const entity = at < 0 ? undefined : space?.entityTypes?.[name.slice(at + 2)];
  const kind = entity?.enum === undefined ? (entity?.tags === undefined ? undefined : 'map') : 'enum';
  into.set(path, `${PRIMITIVES.get(name) ?? kind ?? name.replace(/^.*::/, '').toLowerCase()}${mark}`);
}

export function ourOutline(type: InputType): Outline {
  const outline = new Map<string, string>();
  const walk = (of: InputType, path: string, mark: string): void => {
    if (path !== '') outline.set(path, `${of.kind}${mark}`);
    if (of.kind === 'set') walk(of.element, `${path}[]`, '');
    if (of.kind !== 'record') return;
    for (const [name, { type: member, required }] of of.attributes)
      walk(member, path === '' ? name : `${path}.${name}`, required ? '' : '?');
  };
  walk(type, '', '');
  return outline;
}
