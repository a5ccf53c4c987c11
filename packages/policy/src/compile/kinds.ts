// Tells by its name what a source of a policy set holds (DESIGN section 6). A file that nobody would read is refused:
// a policy in it would seem to be in force.

/** What a source holds: policies and templates, links of templates, or declarations of meters. */
export type SourceKind = 'policies' | 'links' | 'meters';

/** How the name of a source ends, by what it holds. */
export const SOURCE_SUFFIXES: Readonly<Record<SourceKind, string>> = {
  policies: '.cedar',
  links: '.links.yaml',
  meters: '.meters.yaml',
};

const KINDS: readonly SourceKind[] = ['policies', 'links', 'meters'];

/** What a source of this name holds; null where the name says nothing that is known. */
export function kindOf(file: string): SourceKind | null {
  return KINDS.find((kind) => file.endsWith(SOURCE_SUFFIXES[kind])) ?? null;
}
