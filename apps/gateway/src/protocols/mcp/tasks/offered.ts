// Held calls are given as tasks to clients that take them (ADR 0027), and clients take them only of servers that say they give
// any: so that every server is introduced as one that does.
import { type Edit, editMembers } from '../../json/splice.ts';
import type { Container } from '../../json/types.ts';
import { TASKS_EXTENSION } from './asked.ts';

/** What adds the extension to the answer to `server/discover`; nothing where it stands, or has no place. */
export function offeredTasks(containers: ReadonlyMap<string, Container>): readonly Edit[] {
  const capabilities = containers.get('result.capabilities');
  const extensions = containers.get('result.capabilities.extensions');
  if (extensions?.kind === 'object')
    return extensions.members.has(TASKS_EXTENSION)
      ? []
      : editMembers(extensions, new Map([[TASKS_EXTENSION, '{}']]));
  if (capabilities?.kind !== 'object' || capabilities.members.has('extensions')) return [];
  return editMembers(capabilities, new Map([['extensions', JSON.stringify({ [TASKS_EXTENSION]: {} })]]));
}
