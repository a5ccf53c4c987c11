// What was destroyed: by whose agreement and by what right, or by which rule, how much, and the copies that are elsewhere.
import { Badge } from '../../../ui/badge.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { type Erased, erasuresOf } from '../model/erasures.ts';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';
import { useErasures } from '../use-log.ts';
import { Copies } from './erasure-effect.tsx';
import { More } from './more.tsx';
import { EntryLink, ErasureLink } from './links.tsx';

export function Erasures() {
  const list = useErasures(true);
  const erased = erasuresOf(list.data?.pages.flatMap((page) => page.erasures) ?? []);
  return (
    <Section title={text.erased}>
      <StateOf query={list} failed={text.erasuresFailed} loading={text.theErasures} />
      {list.isSuccess && erased.length === 0 && <p className="text-muted">{text.nothingErased}</p>}
      <ul className="space-y-3">
        {erased.map((one) => (
          <li key={one.key} className="rounded-md border border-line p-3">
            <Card erased={one} />
          </li>
        ))}
      </ul>
      <More list={list} archivedTo={list.data?.pages.at(-1)?.archivedTo} />
    </Section>
  );
}

function Card({ erased }: { readonly erased: Erased }) {
  const { cause, change, basis, author, reviewers, time, details, entries, recordedAt } = erased;
  const first = recordedAt[0];
  return (
    <>
      <p className="mb-1 flex flex-wrap items-center gap-x-2">
        <Badge sign={{ tone: cause === 'erasure' ? 'warn' : 'quiet', label: text.causes[cause] }} />
        <span>{text.wentOf(count(details), count(entries))}</span>
        <Time iso={time} full />
        {first !== undefined && <EntryLink index={first} />}
        {recordedAt.length > 1 && <span className="text-muted">{text.andMore(recordedAt.length - 1)}</span>}
      </p>
      <Facts
        facts={[
          [
            cause === 'erasure' ? text.basis : text.rule,
            basis === null ? text.erasedName : <PlainText key="basis" text={basis} />,
          ],
          [
            text.agreed,
            author === null ? null : (
              <PlainText key="who" text={text.agreedBy(author, reviewers.join(', '))} />
            ),
          ],
          [text.change, change === null ? null : <ErasureLink key="change" id={change} />],
          [
            text.copies,
            erased.exports.length === 0 ? null : <Copies key="copies" exports={erased.exports} />,
          ],
          [
            text.sentOn,
            erased.sinks.length === 0
              ? null
              : erased.sinks
                  .map(({ sink, to, details: names }) => `${sink}, ${to}: ${names.join(', ')}`)
                  .join('; '),
          ],
          [
            text.notLookedInto,
            erased.unreached.length === 0
              ? null
              : erased.unreached.map(({ log, why }) => `${log}: ${why}`).join('; '),
          ],
          [text.leftOut, erased.untold === 0 ? null : text.untold(erased.untold)],
        ]}
      />
    </>
  );
}
