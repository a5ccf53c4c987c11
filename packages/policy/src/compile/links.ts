// Reads `*.links.yaml`: which templates hold for whom (DESIGN section 6, "Templates and links"). A closed shape, each
// complaint at its line and column.

import type { TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Node } from 'yaml';
import { type Complain, itemsOf, membersOf, offsetOf, readYaml, textOf } from '../meters/yaml-shape.ts';
import { type Filling, type SlotName, SLOTS } from './templates.ts';

/** A link as it is written, with the offsets of what it says. */
export interface Link extends Filling {
  readonly template: string;
  /** Offset of the link, and of each of its members by name. */
  readonly start: number;
  readonly offsets: ReadonlyMap<string, number>;
}

const MEMBERS = ['template', 'id', 'principal', 'resource', 'description'];
/** `Team::"sre"`; the names and quotes of Cedar, without its escapes for characters that cannot be seen. */
const ENTITY = /^([A-Za-z_][A-Za-z0-9_]*)::"((?:[^"\\]|\\["\\])*)"$/;

/** The links of a file; what cannot be read of it is complained of and left out. */
export function readLinks(text: string, complain: Complain): Link[] {
  const top = readYaml(text, complain);
  if (top === null) return [];
  const listed = membersOf(top, 'a file of links', ['links'], complain)?.get('links');
  if (listed === undefined) return [];
  return (itemsOf(listed, '`links`', complain) ?? []).flatMap((item) => readLink(item, complain) ?? []);
}

function readLink(item: Node, complain: Complain): Link | null {
  const members = membersOf(item, 'a link', MEMBERS, complain);
  if (members === null) return null;
  const text = (name: string): string | null => {
    const node = members.get(name);
    return node === undefined ? null : textOf(node, `\`${name}\``, complain);
  };
  for (const name of ['template', 'id'])
    if (!members.has(name)) complain(offsetOf(item), `the link has no \`${name}\`; give it one`);
  const template = text('template');
  const id = text('id');
  const description = text('description');
  const entities = new Map<SlotName, TypeAndId>();
  for (const slot of SLOTS) {
    const written = text(slot);
    const entity = written === null ? null : entityOf(written);
    if (entity !== null) entities.set(slot, entity);
    else if (written !== null) complain(offsetOf(members.get(slot)), notAnEntity(written));
    if (members.has(slot) && entity === null) return null;
  }
  if (template === null || id === null) return null;
  const offsets = new Map([...members].map(([name, node]) => [name, offsetOf(node)]));
  const said = description === null ? {} : { description };
  return { template, id, ...said, entities, start: offsetOf(item), offsets };
}

function entityOf(text: string): TypeAndId | null {
  const [, type, id] = ENTITY.exec(text) ?? [];
  return type === undefined || id === undefined ? null : { type, id: id.replaceAll(/\\(["\\])/g, '$1') };
}

function notAnEntity(text: string): string {
  return `\`${text.slice(0, 80)}\` is not an entity; write it as \`'Team::"sre"'\``;
}
