// Searches that somebody keeps under a name, and those that others share: gone to, added, deleted.
import { useLocation, useRouter } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SavedView as View } from '../../../api/types.ts';
import { useMay, useMe } from '../../../shell/me.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { RefusalOf } from '../../../ui/refusal.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';
import { useDeleteView, useSaveView, useViews } from '../use-views.ts';

const words = text.views;

export function SavedViews({ onClose }: { readonly onClose: () => void }) {
  const { searchStr } = useLocation();
  const { user } = useMe();
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const views = useViews();
  const save = useSaveView();
  const saved = (): void => {
    setName('');
    setShared(false);
  };
  return (
    <Dialog open onClose={onClose} title={words.title} description={words.why}>
      <form
        className="space-y-2 px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          const view = { name: name.trim(), search: searchStr, shared: isShared };
          save.mutate(view, { onSuccess: saved });
        }}
      >
        <div className="flex flex-wrap items-end gap-2">
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
        </div>
        <label className="flex min-h-7 items-center gap-2">
          <input
            type="checkbox"
            checked={isShared}
            onChange={({ target }) => setShared(target.checked)}
            className="size-4 flex-none accent-accent"
          />
          {words.share}
        </label>
      </form>
      <div className="px-4">
        <RefusalOf sending={save} />
      </div>
      {views.isError && (
        <Failed what={words.failed} error={views.error} onRetry={() => void views.refetch()} />
      )}
      {views.isPending && <Loading what={words.loading} />}
      {views.data?.every(({ owner }) => owner !== user) === true && (
        <p className="px-4 pb-4 text-muted">{words.none}</p>
      )}
      {[false, true].map((shared) => {
        const title = shared ? words.shared : words.personal;
        const listed = views.data?.filter((view) => view.shared === shared) ?? [];
        return (
          listed.length > 0 && (
            <Section key={String(shared)} title={title}>
              <ul aria-label={title} className="divide-y divide-line">
                {listed.map((view) => (
                  <SavedView key={`${view.owner}\n${view.name}`} view={view} onClose={onClose} />
                ))}
              </ul>
            </Section>
          )
        );
      })}
    </Dialog>
  );
}

interface Props {
  readonly view: View;
  readonly onClose: () => void;
}

function SavedView({ view, onClose }: Props) {
  const { owner, name, shared } = view;
  const address = `${view.page}${view.search}`;
  const router = useRouter();
  const isOwn = useMe().user === owner;
  const mayRemove = useMay('admin') || isOwn;
  const remove = useDeleteView(view);
  return (
    <li className="py-1">
      <div className="flex items-center gap-2">
        <div className="min-h-7 min-w-0 flex-1 py-1 wrap-anywhere">
          <a
            href={address}
            onClick={(event) => {
              event.preventDefault();
              onClose();
              router.history.push(address);
            }}
          >
            <PlainText text={name} />
          </a>
          {shared && (
            <span className="text-muted"> {isOwn ? words.byYou : <PlainText text={words.by(owner)} />}</span>
          )}
        </div>
        {mayRemove && (
          <button
            type="button"
            className="button-quiet px-1"
            aria-label={isOwn ? words.remove(name) : words.removeOf(name, owner)}
            aria-disabled={remove.isPending}
            onClick={() => (remove.isPending ? undefined : remove.mutate())}
          >
            <Trash2 aria-hidden="true" className="size-3.5" />
          </button>
        )}
      </div>
      <RefusalOf sending={remove} />
    </li>
  );
}
