// What a hop of a chain says of itself, wherever chains are listed: who called what, for whom, and how far its link can be trusted.
import type { Call } from '../../../api/types.ts';
import { agentText, targetText } from '../../calls/model/wording.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';

export const HopName = ({ call }: { readonly call: Call }) => (
  <>
    {agentText(call)}
    <span className="text-muted"> → </span>
    <span className="font-medium wrap-anywhere">
      <PlainText text={targetText(call)} />
    </span>
  </>
);

export const HopStanding = ({ call }: { readonly call: Call }) => (
  <>
    {call.owner !== null && <span>{text.hopOwner(call.owner)}</span>}
    {call.link === 'unlinked' && <span className="text-hold">{text.unlinked}</span>}
    {call.link === 'claimed' && <span className="text-hold">{text.claimed}</span>}
  </>
);
