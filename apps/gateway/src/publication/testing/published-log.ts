// A real store with its log, and what publishing needs of it. For tests only.
import { importNoteVerifier, type NoteVerifier } from '@countersign/audit';
import { createTestFolder, type TestFolder } from '../../store/sqlite/testing/folder.ts';
import type { Store } from '../../store/store.ts';
import { createNews, type News } from '../news.ts';
import { createOwnLog, type OwnLog } from '../own-log.ts';
import type { SignedHead } from '../types.ts';

export interface PublishedLog {
  readonly folder: TestFolder;
  readonly store: Store;
  readonly key: NoteVerifier;
  readonly own: OwnLog;
  readonly news: News;
  /** Appends so many entries that are news, and signs a checkpoint that covers them. */
  grow(entries: number): Promise<SignedHead>;
  /** The newest checkpoint, of all that is in the log. */
  head(): Promise<SignedHead>;
  close(): Promise<void>;
}

/** @param dataDir a folder with a log of its own; without one, a new folder. */
export async function openPublishedLog(folder?: TestFolder): Promise<PublishedLog> {
  const used = folder ?? (await createTestFolder());
  const store = await used.open();
  const imported = await importNoteVerifier(used.vkey);
  if (!imported.ok) throw new Error(imported.error.message);
  const key = imported.value;
  const own = createOwnLog({
    origin: used.origin,
    keys: [key],
    node: store.readers.tree.node,
    size: () => store.health().size,
  });
  const head = async (): Promise<SignedHead> => {
    const { size, note } = await store.signNow();
    return { size, note };
  };
  return {
    folder: used,
    store,
    key,
    own,
    news: createNews(store.readers.log),
    head,
    async grow(entries) {
      for (let at = 0; at < entries; at += 1) {
        const result = await store.commit({
          entries: [
            {
              kind: 'node.started',
              call: null,
              agent: null,
              chain: null,
              body: {},
              details: { version: `entry ${at}` },
            },
          ],
        });
        if (!result.ok) throw new Error(JSON.stringify(result));
      }
      return head();
    },
    close: () => store.close(),
  };
}
