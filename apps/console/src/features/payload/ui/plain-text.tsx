// Text that somebody else wrote, with what cannot be seen in it made visible.
import { revealHidden } from '../model/hidden-characters.ts';

export function PlainText({ text }: { readonly text: string }) {
  return revealHidden(text).map((part, position) =>
    part.hidden ? (
      <span key={`${position}`} className="rounded bg-deny-soft px-0.5 font-mono font-bold text-deny">
        {part.text}
      </span>
    ) : (
      part.text
    ),
  );
}
