// One policy that took part: where it stands, what it says, and what it saw in this call.
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { useId } from 'react';
import type { Why } from '../../../api/types.ts';
import { CedarText } from '../../../ui/code/cedar-text.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { cedarText } from '../model/cedar-value.ts';
import { readRanges } from '../model/read-ranges.ts';
import { text } from '../text.ts';

type Policy = Why['determining'][number];

export function PolicyCard({
  policy,
  failed = [],
}: {
  readonly policy: Policy;
  /** Conditions that did not hold, for a permit that only came near. */
  readonly failed?: readonly string[];
}) {
  const title = useId();
  return (
    <article aria-labelledby={title} className="rounded-md border border-line">
      <header className="flex flex-wrap items-baseline gap-x-2 px-3 pt-2">
        <h4 id={title} className="font-mono text-xs font-semibold wrap-anywhere">
          {policy.id}
        </h4>
        <span className={policy.effect === 'permit' ? 'text-allow' : 'text-deny'}>{policy.effect}</span>
        <span className="ml-auto font-mono text-xs text-muted">
          {policy.file}:{policy.line}:{policy.column}
        </span>
      </header>
      <div className="px-3 pb-2 text-muted">
        {[policy.description, policy.owner === null ? null : text.owner(policy.owner)]
          .filter((part) => part !== null)
          .join(' · ')}
      </div>
      {failed.length > 0 && (
        <ul aria-label={text.failed} className="space-y-1 px-3 pb-2">
          {failed.map((condition) => (
            <li key={condition} className="flex gap-1.5 text-deny">
              <Icon name="cross" className="mt-0.5" />
              <code className="font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere">
                {condition}
              </code>
            </li>
          ))}
        </ul>
      )}
      <pre className="border-y border-line bg-sunken px-3 py-2 font-mono last:border-b-0 text-xs leading-5 whitespace-pre-wrap wrap-anywhere">
        <CedarText
          text={policy.text}
          marks={readRanges(
            policy.text,
            policy.reads.map((read) => read.path),
          )}
        />
      </pre>
      {policy.reads.length > 0 && <Reads policy={policy} />}
    </article>
  );
}

function Reads({ policy }: { readonly policy: Policy }) {
  return (
    <table className="my-1 w-full text-left text-xs">
      <caption className="sr-only">{text.reads(policy.id)}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">{text.attribute}</th>
          <th scope="col">{text.value}</th>
        </tr>
      </thead>
      <tbody className="font-mono">
        {policy.reads.map((read) => (
          <tr key={read.path}>
            <th scope="row" className="py-0.5 pr-3 pl-3 align-top font-normal wrap-anywhere text-muted">
              {read.path}
            </th>
            <td className="w-3/5 py-0.5 pr-3 wrap-anywhere">
              {'value' in read && read.value !== undefined ? (
                <PlainText text={cedarText(read.value)} />
              ) : (
                <span className="font-sans text-muted italic">
                  {read.withheld === true ? text.withheld : text.absent}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
