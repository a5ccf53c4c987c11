// Files from somewhere else, into the draft: those of a set by name, in the place of what had that name, and cases beside them.
import { useToast } from '../../ui/toast.tsx';
import { useDraft } from './draft-store.ts';
import { type Draft, kindOfImport, withCases, withFiles } from './model/draft.ts';
import { text } from './text.ts';

/** @param begun what there is while nobody has changed anything */
export function useImport(begun: Draft): (files: FileList | null) => Promise<void> {
  const { set: setDraft, latest } = useDraft();
  const toast = useToast();
  return async (files) => {
    const read = await Promise.all(
      [...(files ?? [])].map(async (file) => ({
        name: file.name,
        kind: kindOfImport(file.name),
        // A folder is dropped as a file that cannot be read.
        text: await file.text().catch(() => null),
      })),
    );
    const none = read.filter(({ text: found }) => found === null).map(({ name }) => name);
    const strange = read.filter((each) => each.text !== null && each.kind === null).map(({ name }) => name);
    const set = read.flatMap(({ name, kind, text: found }) =>
      kind === 'set' && found !== null ? [{ file: name, text: found }] : [],
    );
    const cases = read.findLast(({ kind }) => kind === 'cases')?.text ?? null;
    const count = set.length + (cases === null ? 0 : 1);
    if (count > 0) {
      const draft = latest() ?? begun;
      const merged = set.length === 0 ? draft : withFiles(draft, set);
      setDraft(cases === null ? merged : withCases(merged, cases));
      toast.done(text.imported(count));
    }
    if (strange.length > 0) toast.failed(text.notImported(strange));
    if (none.length > 0) toast.failed(text.unreadable(none));
  };
}
