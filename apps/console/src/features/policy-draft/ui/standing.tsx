// How a draft stands: whether it would validate, what it differs in, and where it is kept.
import { Badge } from '../../../ui/badge.tsx';
import { Icon } from '../../../ui/icon.tsx';
import type { Draft } from '../model/draft.ts';
import { checkSign, differencePhrase } from '../model/wording.ts';
import { text } from '../text.ts';
import type { Checked } from '../use-check.ts';

export function Standing({ checked: { check, isChecking, error } }: { readonly checked: Checked }) {
  return (
    <span role="status" className="flex min-w-32 items-center gap-2">
      {isChecking ? (
        <span className="text-muted">{text.checking}…</span>
      ) : error !== null ? (
        <Badge sign={{ tone: 'warn', label: text.unchecked }} />
      ) : (
        check !== undefined && <Badge sign={checkSign(check)} />
      )}
    </span>
  );
}

interface Props {
  readonly draft: Draft;
  readonly checked: Checked;
  readonly isKept: boolean;
}

export function Phrase({ draft, checked: { check, error, again }, isKept }: Props) {
  const phrase = check?.ok === true ? differencePhrase(check.difference) : undefined;
  return (
    <div className="w-full text-muted">
      <p>
        {text.from(draft.from)}
        {phrase === null && ` · ${text.same}`}
        {typeof phrase === 'string' && ` · ${text.against}${phrase}`}
        {isKept && ` · ${text.yours}`}
      </p>
      {!isKept && (
        <p role="alert" className="flex gap-1.5 text-deny">
          <Icon name="warning" className="mt-0.5" />
          {text.notKept}
        </p>
      )}
      {error !== null && (
        <p role="alert" className="flex flex-wrap items-center gap-x-2 text-deny">
          <Icon name="warning" />
          {text.checkFailed}: {error.message}
          <button type="button" className="link" onClick={again}>
            {text.checkAgain}
          </button>
        </p>
      )}
    </div>
  );
}
