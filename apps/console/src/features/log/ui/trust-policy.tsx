// A trust policy to verify with, and the command that takes it. It comes from the very gateway that is to be checked, which is said.
import { CopyButton } from '../../../ui/copy-button.tsx';
import { DownloadButton } from '../../../ui/download-button.tsx';
import { Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';
import { useTrustPolicy } from '../use-log.ts';

const FILE = 'trust.policy';

export function TrustPolicy() {
  const policy = useTrustPolicy();
  return (
    <Section title={text.trust}>
      <p className="mb-2 max-w-3xl text-muted">{text.trustWhy}</p>
      <StateOf query={policy} failed={text.trustFailed} loading={text.theTrust} />
      {policy.data !== undefined && (
        <>
          <pre
            role="group"
            aria-label={text.theTrust}
            tabIndex={0}
            className="max-h-80 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere"
          >
            <PlainText text={policy.data} />
          </pre>
          <p className="my-2 flex flex-wrap items-center gap-2">
            <CopyButton value={policy.data} what={text.theTrust} />
            <DownloadButton data={policy.data} name={FILE} what={text.theTrust} />
          </p>
        </>
      )}
      <p>{text.thenRun}</p>
      {text.commands(FILE).map(([what, command]) => (
        <p key={command} className="mt-1 flex flex-wrap items-center gap-x-2">
          <span className="text-muted">{what}</span>
          <code className="min-w-0 rounded bg-sunken px-1.5 font-mono text-xs leading-6 wrap-anywhere">
            {command}
          </code>
          <CopyButton value={command} what={text.theCommand} />
        </p>
      ))}
    </Section>
  );
}
