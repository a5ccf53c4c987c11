// How much of a server is used, tool by tool, and how that goes.
import { Section } from '../../../ui/section.tsx';
import { Failed } from '../../../ui/state.tsx';
import { Archived } from '../../calls/ui/archived.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { tallyText } from '../../tallies/model/standings.ts';
import { TallyCount } from '../../tallies/ui/tally-count.tsx';
import { text } from '../text.ts';
import { useUse } from '../use-servers.ts';

export function Use({ name }: { readonly name: string }) {
  const use = useUse(name);
  const items = use.data?.facets['resource']?.values ?? [];
  const most = Math.max(1, ...items.map(({ calls }) => calls));
  return (
    <Section title={text.use}>
      {use.isError && <Failed what={text.useFailed} error={use.error} onRetry={() => void use.refetch()} />}
      {use.data !== undefined && (
        <div className="mb-1">
          <p>{use.data.total.calls === 0 ? text.unused : tallyText(use.data.total)}</p>
          <Archived archived={use.data.archived} />
        </div>
      )}
      {items.length > 0 && (
        <table className="w-full table-fixed text-left">
          <thead className="sr-only">
            <tr>
              <th scope="col">{text.item}</th>
              <th scope="col">{text.calls}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.value}>
                <th scope="row" className="w-1/2 truncate py-0.5 pr-3 font-normal">
                  <PlainText text={item.value} />
                </th>
                <td>
                  <TallyCount tally={item} most={most} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
