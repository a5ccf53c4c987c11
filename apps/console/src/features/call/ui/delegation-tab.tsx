// Who acted for whom, hop by hop, with what each one's token allowed; then the whole chain that the call is in.
import type { CallDetail } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Chip } from '../../../ui/chip.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { CallLink } from '../../../ui/links.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Loading } from '../../../ui/state.tsx';
import { decisionSign } from '../../calls/model/wording.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { ancestorsOf, type Delegation, delegationOf, type DelegationHop } from '../model/delegation.ts';
import { text } from '../text.ts';
import { useCalls, useChain } from '../use-call.ts';
import { CallChain } from './call-chain.tsx';

export function DelegationTab({ detail }: { readonly detail: CallDetail }) {
  const { call } = detail;
  const chain = useChain(call.chain);
  const above = ancestorsOf(call.id, chain.data?.hops.map((hop) => hop.call) ?? []).filter(
    ({ id }) => id !== call.id,
  );
  const ancestors = useCalls(above.map(({ id }) => id));
  const isWhole = !chain.isError && !ancestors.isError;
  return (
    <>
      <Section title={text.handedOn}>
        {chain.isPending || ancestors.isPending ? (
          <Loading what={text.chainLoading} />
        ) : (
          <>
            {!isWhole && <p className="mb-2 text-hold">{text.hopsMissing}</p>}
            <Handed delegation={delegationOf([...ancestors.details, detail])} current={call.id} />
          </>
        )}
      </Section>
      <CallChain chain={call.chain} current={call.id} withLink />
    </>
  );
}

function Handed({ delegation, current }: { readonly delegation: Delegation; readonly current: string }) {
  const { subject, hops } = delegation;
  return (
    <>
      <p className="mb-2">
        {subject === null ? (
          <span className="text-muted">{text.forNobody}</span>
        ) : (
          <>
            {text.forPerson}{' '}
            <strong className="font-semibold">
              <PlainText text={subject.name} />
            </strong>
            {subject.issuer !== null && <span className="text-muted"> {text.namedBy(subject.issuer)}</span>}
          </>
        )}
      </p>
      <ol className="space-y-2">
        {hops.map((hop, at) => (
          <Hop key={hop.call} hop={hop} number={at + 1} isCurrent={hop.call === current} />
        ))}
      </ol>
    </>
  );
}

interface HopProps {
  readonly hop: DelegationHop;
  readonly number: number;
  readonly isCurrent: boolean;
}

function Hop({ hop, number, isCurrent }: HopProps) {
  return (
    <li className={`rounded-md border p-3 ${isCurrent ? 'border-accent' : 'border-line'}`}>
      <p className="mb-1 flex flex-wrap items-center gap-x-2">
        <span className="sr-only">{text.hopNumber(number)}</span>
        <span className={`font-semibold ${hop.isRegistered ? '' : 'text-deny'}`}>{hop.agent}</span>
        <span aria-hidden="true" className="text-muted">
          →
        </span>
        <span className="font-medium wrap-anywhere">
          <PlainText text={hop.target} />
        </span>
        <Badge sign={decisionSign(hop.decision)} />
        {isCurrent ? (
          <span className="text-muted">{text.thisCall}</span>
        ) : (
          <CallLink id={hop.call}>{hop.operation}</CallLink>
        )}
      </p>
      <p className={hop.link === 'claimed' || hop.link === 'unlinked' ? 'text-hold' : 'text-muted'}>
        {text.links[hop.link]}
        {hop.isOtherSubject && <span className="text-hold">, {text.otherSubject}</span>}
      </p>
      {hop.token === null ? (
        <p className="text-muted">{text.tokenErased}</p>
      ) : (
        <Facts
          facts={[
            [text.owner, hop.owner],
            [text.issuer, hop.token.issuer],
            [text.identity, hop.identity === null ? null : <PlainText key="identity" text={hop.identity} />],
            [text.scopes, <Scopes key="scopes" scopes={hop.token.scopes} />],
            [
              text.expires,
              hop.token.expiresAt === null ? null : <Time key="ends" iso={hop.token.expiresAt} full />,
            ],
            [text.assurance, hop.token.assurance],
          ]}
        />
      )}
      {hop.change !== null && hop.change.lost.length > 0 && (
        <p className="mt-1 flex gap-1.5 text-allow">
          <Icon name="narrow" className="mt-0.5" />
          {text.narrowed(hop.change.lost)}
        </p>
      )}
      {hop.change !== null && hop.change.gained.length > 0 && (
        <p className="mt-1 flex gap-1.5 text-hold">
          <Icon name="widen" className="mt-0.5" />
          {text.widened(hop.change.gained)}
        </p>
      )}
    </li>
  );
}

function Scopes({ scopes }: { readonly scopes: readonly string[] }) {
  if (scopes.length === 0) return <span className="text-muted">{text.noScopes}</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {scopes.map((scope) => (
        <Chip key={scope}>
          <PlainText text={scope} />
        </Chip>
      ))}
    </span>
  );
}
