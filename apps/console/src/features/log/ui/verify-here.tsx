// The whole log verified by this browser: how far it is, what it found, and what that does not show.
import { useMay } from '../../../shell/me.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Section } from '../../../ui/section.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';
import { remembered } from '../verify/remembered.ts';
import { type State, useVerification } from '../verify/use-verification.ts';
import { Findings } from './findings.tsx';

export function VerifyHere() {
  const mayRead = useMay('auditor', 'admin');
  const { state, start, cancel, forget } = useVerification();
  const isRunning = state.kind === 'running';
  return (
    <Section title={text.here}>
      <p className="max-w-3xl text-muted">{text.hereWhy}</p>
      {!mayRead && <p className="mt-2">{text.readOnly}</p>}
      {mayRead && (
        <div className="mt-2 flex flex-wrap items-center gap-3">
          <button
            type="button"
            className={`button ${isRunning ? '' : 'button-primary'}`}
            onClick={isRunning ? cancel : start}
          >
            {isRunning ? text.cancel : state.kind === 'done' ? text.again : text.start}
          </button>
          {isRunning && <Progress state={state} />}
        </div>
      )}
      {state.kind === 'failed' && (
        <p role="alert" className="mt-2 flex gap-1.5 text-deny">
          <Icon name="warning" className="mt-0.5" />
          <PlainText text={text.notDone(state.why)} />
        </p>
      )}
      {state.kind === 'done' && <Findings outcome={state.outcome} />}
      {!isRunning && remembered() !== null && (
        <p className="mt-2 text-muted">
          {text.remembers}{' '}
          <button type="button" className="text-accent underline" onClick={forget}>
            {text.forget}
          </button>{' '}
          {text.forgetWhy}
        </p>
      )}
    </Section>
  );
}

function Progress({ state }: { readonly state: Extract<State, { kind: 'running' }> }) {
  const { done, of } = state;
  if (of === null) return <p role="status">{text.reading}</p>;
  return (
    <span className="flex items-center gap-2">
      <progress aria-label={text.here} value={done} max={Math.max(1, of)} className="w-48 accent-accent" />
      <span className="tabular-nums">{text.progress(count(done), count(of))}</span>
    </span>
  );
}
