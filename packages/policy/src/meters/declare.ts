// Reads the declarations of a `*.meters.yaml` source: a closed shape, strictly, with line and column. What a declaration
// means for the tools there are is checked elsewhere.

import type { Node } from 'yaml';
import { type Lines, linesOf } from '../compile/lines.ts';
import type { Diagnostic, PolicySource } from '../compile/types.ts';
import type { Meter, MeterPer } from './types.ts';
import { type Complain, isValue, itemsOf, membersOf, offsetOf, readYaml, textOf } from './yaml-shape.ts';

/** A meter as it is written, before anybody has looked at the tools that it names. */
export interface Declaration extends Omit<Meter, 'type' | 'on'> {
  /** Each with its place. */
  readonly on: readonly { readonly action: string; readonly line: number; readonly column: number }[];
}

const MAX_FILE_CHARACTERS = 65_536;
/** Of a name, of a path and of a list: far beyond what people write. */
const MAX_ACTIONS = 500;
const MAX_PATH = 16;
const MAX_WINDOW_MS = 366 * 86_400_000;

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** Words of Cedar's own, which cannot stand behind a dot. */
const RESERVED: ReadonlySet<string> = new Set([
  'true',
  'false',
  'if',
  'then',
  'else',
  'in',
  'is',
  'like',
  'has',
]);
const WINDOW = /^([1-9]\d{0,6})([smhd])$/;
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const PER: readonly MeterPer[] = ['agent', 'subject', 'team', 'chain'];
const MEMBERS = ['name', 'on', 'add', 'per', 'window', 'description'];
const REQUIRED = MEMBERS.slice(0, -1);

/** Every declaration that can be read, and a complaint of each that cannot. */
export function readDeclarations(source: PolicySource): {
  readonly declarations: readonly Declaration[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const { file, text } = source;
  const { positionOf } = linesOf(text);
  const complain: Complain = (offset, message) => {
    diagnostics.push({ severity: 'error', file, ...positionOf(offset), message });
  };
  if (text.length > MAX_FILE_CHARACTERS) {
    complain(0, `the file is longer than ${MAX_FILE_CHARACTERS} characters; split it`);
    return { declarations: [], diagnostics };
  }
  const top = readYaml(text, complain);
  if (top === null) return { declarations: [], diagnostics };
  const listed = membersOf(top, 'a file of meters', ['meters'], complain)?.get('meters');
  const items = listed === undefined ? [] : (itemsOf(listed, '`meters`', complain) ?? []);
  const declarations = items.flatMap((item) => {
    const before = diagnostics.length;
    const declaration = readDeclaration(item, { file, positionOf }, complain);
    return declaration === null || diagnostics.length > before ? [] : [declaration];
  });
  return { declarations, diagnostics };
}

/** The file that is read, and where an offset of its text is. */
interface Place extends Lines {
  readonly file: string;
}

function readDeclaration(item: Node, source: Place, complain: Complain): Declaration | null {
  const members = membersOf(item, 'a meter', MEMBERS, complain);
  if (members === null) return null;
  const missing = REQUIRED.filter((name) => !members.has(name));
  if (missing.length > 0) {
    complain(
      offsetOf(item),
      `the meter has no ${missing.map((name) => `\`${name}\``).join(', ')}; give it one`,
    );
    return null;
  }
  const description = members.get('description');
  const said = description === undefined ? null : textOf(description, '`description`', complain);
  const name = readName(members.get('name'), complain);
  const on = readActions(members.get('on'), source, complain);
  const add = readAdd(members.get('add'), complain);
  const per = readPer(members.get('per'), complain);
  const windowMs = readWindow(members.get('window'), complain);
  if (name === null || on === null || add === null || per === null || windowMs === null) return null;
  return {
    name,
    on,
    add,
    per,
    windowMs,
    ...(said === null ? {} : { description: said }),
    file: source.file,
    ...source.positionOf(offsetOf(item)),
  };
}

function readName(node: unknown, complain: Complain): string | null {
  const name = textOf(node, '`name`', complain);
  if (name === null || (NAME.test(name) && !RESERVED.has(name))) return name;
  const how = 'use letters, digits and `_`, a letter first, at most 64, and no word of Cedar’s own';
  complain(offsetOf(node), `\`${name}\` is not a usable name: ${how}`);
  return null;
}

function readActions(node: unknown, { positionOf }: Place, complain: Complain): Declaration['on'] | null {
  const items = itemsOf(node, '`on`', complain);
  if (items === null) return null;
  if (items.length === 0 || items.length > MAX_ACTIONS) {
    complain(offsetOf(node), `\`on\` names 1 to ${MAX_ACTIONS} tools or operations`);
    return null;
  }
  const on: Declaration['on'][number][] = [];
  for (const item of items) {
    const action = textOf(item, 'an item of `on`', complain);
    if (action === null) return null;
    if (on.some((before) => before.action === action)) {
      complain(offsetOf(item), `\`${action}\` is named twice; take one away`);
      return null;
    }
    on.push({ action, ...positionOf(offsetOf(item)) });
  }
  return on;
}

function readAdd(node: unknown, complain: Complain): Meter['add'] | null {
  if (isValue(node, 1)) return 1;
  const what = '`add` is either 1, which counts calls, or it';
  const input = membersOf(node, what, ['input'], complain)?.get('input');
  if (input === undefined) return null;
  const path = textOf(input, '`input`', complain)?.split('.');
  if (path === undefined) return null;
  if (path.length <= MAX_PATH && path.every((name) => name !== '')) return { input: path };
  complain(offsetOf(input), '`input` is the name of an argument, or a path to it such as `order.total`');
  return null;
}

function readPer(node: unknown, complain: Complain): MeterPer | null {
  const per = PER.find((each) => isValue(node, each));
  if (per === undefined)
    complain(offsetOf(node), `\`per\` is one of ${PER.map((each) => `\`${each}\``).join(', ')}`);
  return per ?? null;
}

function readWindow(node: unknown, complain: Complain): number | null {
  const text = textOf(node, '`window`', complain);
  if (text === null) return null;
  const [, count = '', unit = ''] = WINDOW.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS.get(unit) ?? 0);
  if (ms > 0 && ms <= MAX_WINDOW_MS) return ms;
  complain(
    offsetOf(node),
    `\`${text}\` is not a window; write \`90s\`, \`30m\`, \`24h\` or \`7d\`, at most \`366d\``,
  );
  return null;
}
