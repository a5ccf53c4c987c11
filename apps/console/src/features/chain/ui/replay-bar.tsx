// Moves through a chain call by call, by hand or by itself.
import type { Hops } from '../model/replay.ts';
import {
  ChevronFirst,
  ChevronLast,
  ChevronLeft,
  ChevronRight,
  Pause,
  Play,
  type LucideIcon,
} from 'lucide-react';
import { agentText, decisionSign, targetText } from '../../calls/model/wording.ts';
import { text } from '../text.ts';
import type { Replay } from '../use-replay.ts';

export function ReplayBar({ replay, hops }: { readonly replay: Replay; readonly hops: Hops }) {
  const { at, count, isPlaying, goTo, togglePlaying } = replay;
  const call = hops[at - 1]?.call;
  const said =
    call === undefined
      ? ''
      : text.at(
          at,
          count,
          `${agentText(call)} → ${targetText(call)}, ${decisionSign(call.decision).label.toLowerCase()}`,
        );
  return (
    <div
      role="group"
      aria-label={text.replay}
      className="flex flex-wrap items-center gap-x-2 gap-y-1 border-t border-line px-4 py-2"
    >
      <button type="button" className="button min-h-7" onClick={togglePlaying}>
        {isPlaying ? <Pause {...ICON} /> : <Play {...ICON} />}
        {isPlaying ? text.pause : text.play}
      </button>
      <Step
        className="max-sm:hidden"
        name={text.first}
        icon={ChevronFirst}
        isOff={at === 1}
        onClick={() => goTo(1)}
      />
      <Step name={text.previous} icon={ChevronLeft} isOff={at === 1} onClick={() => goTo(at - 1)} />
      <input
        type="range"
        aria-label={text.place}
        aria-valuetext={said}
        min={1}
        max={count}
        value={at}
        onChange={(event) => goTo(Number(event.target.value))}
        className="h-6 min-w-24 flex-1 accent-accent"
      />
      <Step name={text.next} icon={ChevronRight} isOff={at === count} onClick={() => goTo(at + 1)} />
      <Step
        className="max-sm:hidden"
        name={text.last}
        icon={ChevronLast}
        isOff={at === count}
        onClick={() => goTo(count)}
      />
      {/* Whoever moves by hand hears where from the slider; while it plays, each step is told. */}
      <p role={isPlaying ? 'status' : undefined} className="basis-full wrap-anywhere tabular-nums">
        {said}
      </p>
    </div>
  );
}

const ICON = { 'aria-hidden': true, className: 'size-4', strokeWidth: 1.75 } as const;

interface StepProps {
  readonly name: string;
  readonly icon: LucideIcon;
  readonly isOff: boolean;
  readonly onClick: () => void;
  readonly className?: string;
}

function Step({ name, icon: Icon, isOff, onClick, className = '' }: StepProps) {
  return (
    <button
      type="button"
      className={`button-quiet px-1 aria-disabled:opacity-50 ${className}`}
      aria-label={name}
      title={name}
      // Not `disabled`: the keyboard must not lose its place at either end.
      aria-disabled={isOff}
      onClick={() => (isOff ? undefined : onClick())}
    >
      <Icon {...ICON} />
    </button>
  );
}
