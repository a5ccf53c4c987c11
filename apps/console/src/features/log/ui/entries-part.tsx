// Entries of the log by kind, newest first: what is in them that is never erased. Each has a page.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CallLink } from '../../../ui/links.tsx';
import { Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { TableHead } from '../../../ui/table-head.tsx';
import { Time } from '../../time/ui/time.tsx';
import { fetchEntries } from '../api.ts';
import { KINDS, kindIn } from '../model/kinds.ts';
import { text } from '../text.ts';
import { More } from './more.tsx';
import { EntryLink } from './links.tsx';

export function EntriesPart() {
  const kind = kindIn(useSearch({ from: '/log/entries' }).kind);
  const navigate = useNavigate({ from: '/log/entries' });
  const list = useInfiniteQuery({
    queryKey: ['entries', 'pages', kind ?? null],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => fetchEntries(kind ?? null, pageParam, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Section title={text.parts.entries}>
      <label className="mb-2 flex max-w-sm flex-wrap items-center gap-2">
        {text.kind}
        <select
          className="field min-w-0 flex-1"
          value={kind ?? ''}
          onChange={({ target }) => {
            const wanted = kindIn(target.value);
            void navigate({ search: wanted === undefined ? {} : { kind: wanted }, replace: true });
          }}
        >
          <option value="">{text.everyKind}</option>
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <StateOf query={list} failed={text.entriesFailed} loading={text.theEntries} />
      {list.isSuccess && entries.length === 0 && <p className="text-muted">{text.noEntries}</p>}
      {entries.length > 0 && (
        <table className="w-full table-fixed text-left">
          <TableHead
            columns={[
              { title: text.entry, className: 'w-24' },
              { title: text.kind },
              { title: text.recorded, className: 'w-24 @md:w-44' },
            ]}
          />
          <tbody>
            {entries.map(({ index, kind: its, time, call }) => (
              <tr key={index} className="border-t border-line align-baseline">
                <td className="py-1">
                  <EntryLink index={index} />
                </td>
                <td className="wrap-anywhere">
                  {its}
                  {call !== null && (
                    <>
                      {' '}
                      <CallLink id={call} className="text-muted underline">
                        {text.itsCall}
                      </CallLink>
                    </>
                  )}
                </td>
                <td>
                  <Time iso={time} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More list={list} archivedTo={list.data?.pages.at(-1)?.archivedTo} />
    </Section>
  );
}
