// Fills the templates of a set as its links say; a filled template is a policy at the place of its link
// (DESIGN section 6, "Templates and links").

import { type Link, readLinks } from './links.ts';
import { SOURCE_SUFFIXES } from './kinds.ts';
import { parsePolicy } from './parse-policy.ts';
import { strangerMessage } from './read-policy.ts';
import { type Numbered, placeIn } from './report.ts';
import { complainOf, type Shelf } from './shelf.ts';
import { fillText, SLOTS, type Template } from './templates.ts';

/** Adds what the links make of the templates; a template that no link fills is worth a warning. */
export function linkTemplates(sources: readonly Numbered[], shelf: Shelf): void {
  const used = new Set<string>();
  for (const source of sources) {
    const links = readLinks(source.text, (offset, message) => shelf.report.error(source, offset, message));
    for (const link of links) {
      if (!shelf.hasRoom(source, link.start)) break;
      used.add(link.template);
      linkOne(link, source, shelf);
    }
  }
  for (const { id, file, line, column } of shelf.templates.values()) {
    if (used.has(id)) continue;
    const message = `no link fills the template \`${id}\`, so it decides nothing; link it in a \`*${SOURCE_SUFFIXES.links}\` file, or take it out`;
    shelf.report.add({ severity: 'warning', file, line, column, policy: id, message });
  }
}

function linkOne(link: Link, source: Numbered, shelf: Shelf): void {
  const { id, start } = link;
  const template = shelf.templates.get(link.template);
  const complaints = template === undefined ? [unknownTemplate(link)] : misfits(link, template, shelf);
  for (const { at, message } of complaints)
    shelf.report.error(source, link.offsets.get(at) ?? start, message, id);
  if (template === undefined || complaints.length > 0) return;
  const text = fillText(template, link);
  const parsed = parsePolicy(text, 'policy', shelf.known, shelf.scratch);
  complainOf(parsed, () => start, source, shelf);
  const { policy } = parsed;
  if (policy === null || !shelf.takeId(policy.id, source, start)) return;
  const { file, line } = template;
  shelf.policies.push({
    ...policy,
    ...placeIn(source, start),
    text,
    template: { id: template.id, file, line },
  });
}

/** Something wrong with a link; `at` is the member that says it. */
interface Misfit {
  readonly at: string;
  readonly message: string;
}

function unknownTemplate({ template }: Link): Misfit {
  const message = `there is no template \`${template}\`: a template is a policy with \`?principal\` or \`?resource\` and this \`@id\``;
  return { at: 'template', message };
}

function misfits({ entities }: Link, { id, slots }: Template, { known }: Shelf): Misfit[] {
  return SLOTS.flatMap((slot): Misfit[] => {
    const entity = entities.get(slot);
    if (entity === undefined)
      return slots.has(slot)
        ? [{ at: '', message: `the template \`${id}\` has a slot \`?${slot}\`; say what \`${slot}\` is` }]
        : [];
    if (!slots.has(slot))
      return [
        { at: slot, message: `the template \`${id}\` has no slot \`?${slot}\`; leave \`${slot}\` out` },
      ];
    const messages = known.entityTypes.has(entity.type)
      ? strangerMessage(entity, known)
      : [`\`${entity.type}\` is no entity type; known are ${[...known.entityTypes].join(', ')}`];
    return messages.map((message) => ({ at: slot, message }));
  });
}
