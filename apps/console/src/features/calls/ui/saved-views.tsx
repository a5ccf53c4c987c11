// Searches that somebody keeps under a name: gone to, added, deleted.
import { useLocation, useRouter } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SavedView as View } from '../../../api/types.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { RefusalOf } from '../../../ui/refusal.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { text } from '../text.ts';
import { useDeleteView, useSaveView, useViews } from '../use-views.ts';

const words = text.views;

export function SavedViews({ onClose }: { readonly onClose: () => void }) {
  const { searchStr } = useLocation();
  const [name, setName] = useState('');
  const views = useViews();
  const save = useSaveView();
  return (
    <Dialog open onClose={onClose} title={words.title} description={words.why}>
      <form
        className="flex flex-wrap items-end gap-2 px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ name: name.trim(), search: searchStr }, { onSuccess: () => setName('') });
        }}
      >
        <label className="min-w-40 flex-1">
          {words.name}
          <input
            value={name}
            onChange={({ target }) => setName(target.value)}
            required
            maxLength={64}
            pattern=".*\S.*"
            className="field mt-1"
          />
        </label>
        <button type="submit" className="button button-primary" disabled={save.isPending}>
          {words.save}
        </button>
      </form>
      <div className="px-4">
        <RefusalOf sending={save} />
      </div>
      {views.isError && (
        <Failed what={words.failed} error={views.error} onRetry={() => void views.refetch()} />
      )}
      {views.isPending && <Loading what={words.loading} />}
      {views.data?.length === 0 && <p className="px-4 pb-4 text-muted">{words.none}</p>}
      <ul className="divide-y divide-line border-t border-line">
        {views.data?.map((view) => (
          <SavedView key={view.name} view={view} onClose={onClose} />
        ))}
      </ul>
    </Dialog>
  );
}

interface Props {
  readonly view: View;
  readonly onClose: () => void;
}

function SavedView({ view: { name, page, search }, onClose }: Props) {
  const router = useRouter();
  const remove = useDeleteView(name);
  return (
    <li className="px-4 py-1">
      <div className="flex items-center gap-2">
        <a
          href={`${page}${search}`}
          className="min-h-7 min-w-0 flex-1 py-1 wrap-anywhere"
          onClick={(event) => {
            event.preventDefault();
            onClose();
            router.history.push(`${page}${search}`);
          }}
        >
          {name}
        </a>
        <button
          type="button"
          className="button-quiet px-1"
          aria-label={words.remove(name)}
          aria-disabled={remove.isPending}
          onClick={() => (remove.isPending ? undefined : remove.mutate())}
        >
          <Trash2 aria-hidden="true" className="size-3.5" />
        </button>
      </div>
      <RefusalOf sending={remove} />
    </li>
  );
}
