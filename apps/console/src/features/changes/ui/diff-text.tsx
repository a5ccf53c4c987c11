// A unified diff, line by line: the sign at its beginning says what became of each, the colour only repeats it.
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { diffLines, type LineTone } from '../model/wording.ts';

const LOOK: Readonly<Record<LineTone, string>> = {
  added: 'bg-allow-soft text-allow',
  removed: 'bg-deny-soft text-deny',
  place: 'text-muted',
  same: '',
};

export function DiffText({ diff }: { readonly diff: string }) {
  return (
    <pre className="border-t border-line bg-sunken py-2 font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere">
      {diffLines(diff).map((line, position) => (
        <span key={`${position}`} className={`block px-3 ${LOOK[line.tone]}`}>
          <PlainText text={line.text} />
        </span>
      ))}
    </pre>
  );
}
