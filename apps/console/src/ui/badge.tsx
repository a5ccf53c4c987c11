// A sign and a word on a tinted ground: how decisions and outcomes are shown everywhere.
import type { Sign, Tone } from '../features/calls/model/wording.ts';
import { Icon, type IconName } from './icon.tsx';

const TONES: Readonly<Record<Tone, { readonly icon: IconName; readonly look: string }>> = {
  allow: { icon: 'allowed', look: 'bg-allow-soft text-allow' },
  deny: { icon: 'ban', look: 'bg-deny-soft text-deny' },
  hold: { icon: 'hourglass', look: 'bg-hold-soft text-hold' },
  warn: { icon: 'warning', look: 'bg-hold-soft text-hold' },
  quiet: { icon: 'check', look: 'text-muted' },
};

export function Badge({ sign }: { readonly sign: Sign }) {
  const { icon, look } = TONES[sign.tone];
  return (
    <span className={`inline-flex items-center gap-1 rounded px-1.5 font-medium whitespace-nowrap ${look}`}>
      <Icon name={icon} className="size-3.5" />
      {sign.label}
    </span>
  );
}
