// Which policies stand where in the files of a set: a reading aid, for lists and for what is to stand out in a file. What is in
// force is the gateway's to say.
import type { PolicySource } from '../../../api/types.ts';
import { nextToken, startState, type TokenKind } from '../../../ui/code/cedar-tokens.ts';

export interface ListedPolicy {
  readonly id: string;
  readonly kind: 'permit' | 'forbid' | 'guard' | 'template' | 'link';
  readonly description: string | null;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Offsets of its text, annotations included, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
}

export const listedIn = (sources: readonly PolicySource[]): readonly ListedPolicy[] =>
  sources.flatMap(({ file, text }) =>
    file.endsWith('.cedar')
      ? policiesIn(file, text)
      : file.endsWith('.links.yaml')
        ? linksIn(file, text)
        : [],
  );

interface Found {
  id: string | null;
  description: string | null;
  kind: ListedPolicy['kind'] | null;
  line: number;
  from: number;
  /** The annotation whose value comes next. */
  naming: string | null;
}

const nothing = (): Found => ({ id: null, description: null, kind: null, line: 0, from: -1, naming: null });

function policiesIn(file: string, text: string): ListedPolicy[] {
  const policies: ListedPolicy[] = [];
  let found = nothing();
  const state = startState();
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    for (let at = 0; at < line.length; ) {
      const { to, kind } = nextToken(line, at, state);
      const part = line.slice(at, to);
      if (found.from < 0 && kind !== 'comment' && part.trim() !== '')
        found = { ...nothing(), from: start + at, line: index + 1 };
      note(found, part, kind);
      if (part === ';' && kind === 'plain') {
        const { id, kind: effect, description, line: first, from } = found;
        if (id !== null && effect !== null)
          policies.push({ id, kind: effect, description, file, line: first, from, to: start + to });
        found = nothing();
      }
      at = to;
    }
    start += line.length + 1;
  }
  return policies;
}

function note(found: Found, part: string, kind: TokenKind): void {
  if (kind === 'annotation' || kind === 'guard' || kind === 'obligation') {
    found.naming = part.slice(1);
    if (found.naming === 'approve') found.kind = 'guard';
  } else if (kind === 'string' && found.naming !== null && found.kind !== 'permit') {
    if (found.naming === 'id') found.id = valueOf(part);
    if (found.naming === 'description') found.description = valueOf(part);
    found.naming = null;
  } else if (kind === 'permit' || kind === 'forbid') {
    found.kind ??= kind;
    found.naming = null;
  } else if (kind === 'slot') found.kind = 'template';
}

/** Names in Cedar are written as in JSON, but for what no name has. */
function valueOf(quoted: string): string | null {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return null;
  }
}

function linksIn(file: string, text: string): ListedPolicy[] {
  const links: ListedPolicy[] = [];
  for (const match of text.matchAll(/^[ \t]*(?:-[ \t]+)?id:[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#]+))/gm)) {
    const id = match[1] ?? match[2] ?? match[3] ?? '';
    const line = text.slice(0, match.index).split('\n').length;
    const from = match.index;
    links.push({ id, kind: 'link', description: null, file, line, from, to: from + match[0].length });
  }
  return links;
}
