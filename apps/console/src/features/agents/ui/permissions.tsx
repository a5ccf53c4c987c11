// What an agent may do, as the policies in force say: server by server, tool by tool, with the policies that make it so.
import type { PermissionList } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { reasonText } from '../../calls/model/wording.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { PolicyInForce } from '../../policies/ui/policy-in-force.tsx';
import { answerSign } from '../model/inventory.ts';
import { text } from '../text.ts';
import { usePermissions } from '../use-agents.ts';

type Permission = PermissionList['permissions'][number];

export function Permissions({ name }: { readonly name: string }) {
  const permissions = usePermissions(name);
  const { data } = permissions;
  return (
    <Section title={text.permissions}>
      <p className="mb-2 text-muted">{text.permissionsWhy}</p>
      <StateOf query={permissions} failed={text.permissionsFailed} loading={text.permissionsLoading} />
      {data?.permissions.length === 0 && <p className="text-muted">{text.noPermissions}</p>}
      {data !== undefined &&
        [...Map.groupBy(data.permissions, ({ upstream }) => upstream)].map(([upstream, items]) => (
          <Server key={upstream} name={upstream} items={items} />
        ))}
      {data?.isCut === true && <p className="text-muted">{text.permissionsCut}</p>}
    </Section>
  );
}

function Server({ name, items }: { readonly name: string; readonly items: readonly Permission[] }) {
  return (
    <table className="mb-3 w-full table-fixed text-left">
      <caption className="pb-1 text-left font-medium">{name}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">{text.item}</th>
          <th scope="col">{text.answer}</th>
          <th scope="col">{text.by}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={`${item.kind} ${item.name}`} className="border-t border-line align-baseline">
            <th scope="row" className="w-2/5 py-1 pr-2 font-normal wrap-anywhere">
              <PlainText text={item.name} /> <span className="text-muted">{item.kind}</span>
            </th>
            <td className="w-24 py-1 pr-2">
              <Badge sign={answerSign(item.answer)} />
            </td>
            <td className="py-1 text-muted wrap-anywhere">
              <Because item={item} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The policies that say so; where none does, the reason. */
function Because({ item: { policies, reason } }: { readonly item: Permission }) {
  if (policies.length === 0) return reason === null ? null : reasonText(reason);
  return policies.map(({ id, isSure, file, line }, index) => (
    <span key={id} title={`${file}:${line}`}>
      {index > 0 && ', '}
      {!isSure && text.perhaps}
      <PolicyInForce id={id} />
    </span>
  ));
}
