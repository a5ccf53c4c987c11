// The people whom the gateway knows: who they are and which groups they are in, which is what makes a reviewer.
import { Section } from '../../../ui/section.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { useUsers } from '../../agents/use-agents.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';

export function People() {
  const users = useUsers();
  const people = users.data?.users ?? [];
  return (
    <Section title={text.people}>
      <p className="mb-2 text-muted">{text.peopleWhy}</p>
      {users.isPending && <Loading what={text.peopleLoading} />}
      {users.isError && (
        <Failed what={text.peopleFailed} error={users.error} onRetry={() => void users.refetch()} />
      )}
      {users.data !== undefined && people.length === 0 && <p className="text-muted">{text.nobody}</p>}
      {people.length > 0 && (
        <table className="w-full text-left">
          <thead className="text-muted">
            <tr>
              <th scope="col" className="py-1 pr-3 font-normal">
                {text.person}
              </th>
              <th scope="col" className="py-1 pr-3 font-normal max-sm:hidden">
                {text.email}
              </th>
              <th scope="col" className="py-1 font-normal">
                {text.inGroups}
              </th>
            </tr>
          </thead>
          <tbody>
            {people.map(({ uid, name, email, groups, active }) => (
              <tr key={uid} className="border-t border-line align-baseline">
                <th scope="row" className="py-1 pr-3 font-normal wrap-anywhere">
                  <PlainText text={name} />
                  {!active && <span className="text-muted"> {text.notActive}</span>}
                </th>
                <td className="py-1 pr-3 wrap-anywhere max-sm:hidden">
                  <PlainText text={email} />
                </td>
                <td className="py-1 wrap-anywhere">{groups.length === 0 ? '–' : groups.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
