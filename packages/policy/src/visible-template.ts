// Whether some resource that a template could expand to might be read: what a list of templates may show (DESIGN section 6,
// bet 5). One uri is asked about for all that policies cannot tell from it, so that the answer is that of every expansion.

import { textsOf, writtenIn, type Written } from './expansions/compared.ts';
import { matches, mayMeet } from './expansions/glob.ts';
import { kindsOf } from './expansions/kinds.ts';
import { expansionsOf } from './expansions/template.ts';
import type { ListFacts } from './engine-types.ts';
import type { ResourceFacts, TemplateFacts } from './facts.ts';
import { createLru, type Lru } from './index/lru.ts';
import { remembered } from './remembered.ts';
import { unknown } from './request.ts';
import { isCedarText } from './reserved.ts';
import { keyOf, uidOf } from './scope.ts';
import { type View, viewOf } from './view.ts';
import { type Asking, isVisible, openView } from './visible.ts';

/** Of one template. Beyond, it is shown where something might be permitted: that can only be too much. */
const MAX_NAMES = 1_024;
const MAX_KINDS = 256;
const MAX_REMEMBERED = 1_024;

/** Gives way after each question; null where it could not be told this time. */
export function* isTemplateVisible(
  facts: ListFacts,
  template: TemplateFacts,
  asking: Asking,
): Generator<void, boolean | null> {
  const { server, uriTemplate, labels, risk } = template;
  if (!isCedarText(uriTemplate)) return false;
  const resourceAt = (uri: string): ResourceFacts => ({ kind: 'resource', server, uri, labels, risk });
  const view = openView({ ...facts, resource: resourceAt('') }, asking.schema);
  if (view === null) return false;
  const ask = (uri: string): boolean | null => {
    const at = openView({ ...facts, resource: resourceAt(uri) }, asking.schema);
    return at !== null && isVisible(at, asking.index.matching(at), asking);
  };

  const expansions = expansionsOf(uriTemplate);
  const known = comparedIn(view, asking);
  const names = [...known.names].filter((name) => name !== '' && matches(expansions, name));
  let isUnanswered = false;
  for (const name of names.slice(0, MAX_NAMES)) {
    const answer = ask(name);
    if (answer === true) return true;
    if (answer === null) isUnanswered = true;
    yield;
  }
  if (names.length > MAX_NAMES) return true;

  const standIns = standInsOf(known.written);
  const patterns = known.written.patterns.filter((pattern) => mayMeet(pattern, expansions));
  const kinds = kindsOf(expansions, { names, patterns });
  for (let count = 0; count <= MAX_KINDS; ) {
    const kind = kinds.next();
    if (kind.done === true && kind.value) return isUnanswered ? null : false;
    if (kind.done === true) break;
    yield;
    if (kind.value === null) continue;
    count += 1;
    const { text, matched } = kind.value;
    const key = JSON.stringify(matched.map((place) => patterns[place]));
    // What stands for a kind is the same for all templates, so that one answer is.
    let standIn = standIns.get(key);
    if (standIn === undefined || known.names.has(standIn)) standIns.set(key, (standIn = text));
    const answer = ask(standIn);
    if (answer === true) return true;
    if (answer === null) isUnanswered = true;
  }
  const answer = isVisible(withoutUri(view), asking.index.matching(view), asking, true);
  return answer === false && isUnanswered ? null : answer;
}

const standInsOf = remembered<Written, Lru<string, string>>(() => createLru(MAX_REMEMBERED));

interface Compared {
  /** Texts and uris that policies may ask for by name, whether the template expands to them or not. */
  readonly names: ReadonlySet<string>;
  readonly written: Written;
}

/** What a resource of the server can be told from another by. */
function comparedIn(view: View, { index }: Asking): Compared {
  const written = writtenIn(index.matching(view));
  const prefix = view.request.resource.id;
  const names = new Set([...written.texts, ...textsOf(view.request)]);
  for (const id of [...index.named(view), ...written.resources])
    if (id.startsWith(prefix)) names.add(id.slice(prefix.length));
  return { names, written };
}

/** The request about a resource whose uri nobody knows. */
function withoutUri({ request }: View): View {
  const key = keyOf(request.resource);
  const entities = request.entities.map((entity) =>
    keyOf(uidOf(entity.uid)) === key
      ? { ...entity, attrs: { ...entity.attrs, uri: unknown('uri') } }
      : entity,
  );
  return viewOf({ ...request, entities });
}
