// Text inside what calls carried: for those who may see it, on record with their reason before anything is shown.
import { useState } from 'react';
import { useInfiniteTextSearch } from '../use-text-search.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { neededWith, ReasonField, useReason } from '../../../ui/reason-field.tsx';
import { text as shared } from '../../../ui/text.ts';
import { CallLink } from '../../../ui/links.tsx';
import { Failed } from '../../../ui/state.tsx';
import { Archived } from './archived.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import type { Asked } from '../use-calls.ts';

const words = text.payloads;

export function PayloadSearch({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }) {
  const [wanted, setWanted] = useState('');
  const { field, take } = useReason(neededWith(shared.reasonNeeded));
  const search = useInfiniteTextSearch(asked);
  const { found } = search;
  return (
    <Dialog open onClose={onClose} title={words.title} description={words.why} side="right">
      <form
        className="space-y-3 px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          const reason = take();
          if (reason !== null) search.begin({ text: wanted, reason });
        }}
      >
        <label className="block">
          {words.text}
          <input
            value={wanted}
            onChange={({ target }) => setWanted(target.value)}
            required
            minLength={3}
            maxLength={256}
            className="field mt-1"
          />
        </label>
        <ReasonField {...field} label={words.reason} />
        <p className="text-muted">{words.range}</p>
        <button type="submit" className="button button-primary" disabled={search.isPending}>
          {search.isPending ? words.searching : words.search}
        </button>
      </form>
      {search.error !== null && <Failed what={words.failed} error={search.error} />}
      {found !== null && (
        <section aria-label={words.found} className="border-t border-line px-4 py-3">
          <p role="status" className="text-muted">
            {words.searched(found.entries)}
            {found.unreadable > 0 && words.unreadable(found.unreadable)}.{' '}
            {found.next === null && words.allSearched}
          </p>
          {found.next === null && <Archived archived={found.archived} />}
          {found.matches.length === 0 && <p className="py-2">{words.nothing}</p>}
          <ul className="divide-y divide-line">
            {found.matches.map((match) => (
              <li key={`${match.index} ${match.detail}`} className="py-2">
                <CallLink id={match.call} className="font-mono text-xs wrap-anywhere">
                  {match.call}
                </CallLink>{' '}
                <span className="text-muted">
                  {match.detail} · <Time iso={match.time} />
                </span>
                <p className="font-mono text-xs wrap-anywhere">
                  <PlainText text={match.excerpt} />
                </p>
              </li>
            ))}
          </ul>
          {found.next !== null && (
            <button type="button" className="button" disabled={search.isPending} onClick={search.goOn}>
              {search.isPending ? words.searching : words.more}
            </button>
          )}
        </section>
      )}
    </Dialog>
  );
}
