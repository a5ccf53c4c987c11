// The commands that verify a call without the gateway or this page.
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Section } from '../../../ui/section.tsx';
import { text } from '../text.ts';

/** `index` is that of the decision. */
export function Commands({ call, index }: { readonly call: string; readonly index: number }) {
  const file = `${call}.bundle.jsonl`;
  const commands = [
    `countersign export --call ${call} --out ${file}`,
    `countersign verify ${file} --trust policy.txt`,
    `countersign log proof ${index}`,
  ];
  return (
    <Section title={text.verifyOffline}>
      <p className="mb-2 text-muted">{text.verifyWhy}</p>
      <ul className="space-y-1">
        {commands.map((command) => (
          <li
            key={command}
            className="flex items-start gap-1 rounded-md border border-line bg-sunken px-3 py-1"
          >
            <code className="min-w-0 flex-1 font-mono text-xs leading-7 wrap-anywhere">{command}</code>
            <CopyButton value={command} what={`${text.command} ${command}`} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
