// How long things are kept, by class. Changed in the configuration, never here.
import { Facts, Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';
import { useRetention } from '../use-log.ts';

export function RetentionRules() {
  const retention = useRetention(true);
  const { data } = retention;
  return (
    <Section title={text.retention}>
      <StateOf query={retention} failed={text.retentionFailed} loading={text.theRules} />
      {data !== undefined && (
        <>
          {data.payloads.length === 0 ? (
            <p>{text.keptForEver}</p>
          ) : (
            <ol className="mb-1 list-decimal pl-5">
              {data.payloads.map(({ of = '', payloads = '', ...filters }) => (
                <li key={JSON.stringify([of, filters])}>
                  {text.ruleOf(of, Object.entries(filters), payloads)}
                </li>
              ))}
            </ol>
          )}
          <Facts
            facts={[
              [
                text.entriesKept,
                data.headers === 'never' ? text.entriesForEver : text.entriesFor(data.headers),
              ],
              [text.archivedTo, data.archivedTo === 0 ? null : count(data.archivedTo)],
              [text.erasureTakes, text.takes(data.erasure.quorum, data.erasure.group)],
            ]}
          />
        </>
      )}
    </Section>
  );
}
