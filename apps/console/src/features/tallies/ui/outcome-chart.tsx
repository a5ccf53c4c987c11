// Calls over time as stacked bars, by how they stand. Each kind has a pattern besides its colour, the whole a sentence for
// those who cannot see it; the numbers of each bar are shown beside the pointer and reached with the arrow keys.
import { useId, useState } from 'react';
import { Bar, BarChart, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { Histogram } from '../../../api/types.ts';
import { axisTime, fullTime } from '../../time/model/format.ts';
import { useZone } from '../../time/zone.ts';
import { occurring, tallyText, type StandingLook } from '../model/standings.ts';
import { text } from '../text.ts';
import { Patterns, patternUrl } from './patterns.tsx';

interface Props {
  readonly histogram: Histogram;
  /** Told when a bar is chosen, or several are dragged over: from where to where, as RFC 3339. */
  readonly onChoose?: (from: string, to: string) => void;
}

export function OutcomeChart({ histogram, onChoose }: Props) {
  const zone = useZone();
  const id = useId();
  const { buckets, bucketMs } = histogram;
  const kinds = occurring(buckets);
  const [brush, setBrush] = useState<Brush | null>(null);
  const endOf = (at: string): string => new Date(Date.parse(at) + bucketMs).toISOString();
  return (
    <figure>
      <Legend kinds={kinds} />
      <ResponsiveContainer width="100%" height={140}>
        <BarChart
          data={buckets}
          barCategoryGap={1}
          margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
          accessibilityLayer
          role="img"
          aria-label={text.chart(buckets.length)}
          {...(onChoose !== undefined && {
            onMouseDown: ({ activeLabel }) => setBrush(brushOf(activeLabel, activeLabel)),
            onMouseMove: ({ activeLabel }) =>
              setBrush((brush) => brush && (brushOf(brush.from, activeLabel) ?? brush)),
            onMouseLeave: () => setBrush(null),
            onMouseUp: () => {
              if (brush === null) return;
              setBrush(null);
              const [first, last] = [brush.from, brush.to].sort() as [string, string];
              onChoose(first, endOf(last));
            },
          })}
        >
          <Patterns id={id} kinds={kinds} />
          <XAxis
            dataKey="at"
            tickFormatter={(at: string) => axisTime(at, zone, bucketMs)}
            tick={{ fill: 'var(--color-muted)', fontSize: 11 }}
            tickLine={false}
            axisLine={{ stroke: 'var(--color-line)' }}
            minTickGap={48}
          />
          <YAxis
            width="auto"
            allowDecimals={false}
            tick={{ fill: 'var(--color-muted)', fontSize: 11 }}
            tickLine={false}
            axisLine={false}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--color-hover)' }}
            content={({ active, payload }) => {
              const bucket = payload[0]?.payload as Histogram['buckets'][number] | undefined;
              if (!active || bucket === undefined) return null;
              return (
                <div className="menu px-3 py-2">
                  <p className="text-muted">{fullTime(bucket.at, zone)}</p>
                  <p>{tallyText(bucket)}</p>
                </div>
              );
            }}
          />
          {kinds.map((kind) => (
            <Bar
              key={kind.standing}
              dataKey={kind.standing}
              name={kind.label}
              stackId="all"
              fill={patternUrl(id, kind)}
              isAnimationActive={false}
            />
          ))}
          {brush !== null && (
            <ReferenceArea x1={brush.from} x2={brush.to} fill="var(--color-accent)" fillOpacity={0.2} />
          )}
        </BarChart>
      </ResponsiveContainer>
    </figure>
  );
}

/** Bars from one to another, in whichever direction: where each begins. */
interface Brush {
  readonly from: string;
  readonly to: string;
}

const brushOf = (from: unknown, to: unknown): Brush | null =>
  typeof from === 'string' && typeof to === 'string' ? { from, to } : null;

function Legend({ kinds }: { readonly kinds: readonly StandingLook[] }) {
  const id = useId();
  return (
    <figcaption className="flex flex-wrap gap-x-4 gap-y-1 text-muted">
      {kinds.map((kind) => (
        <span key={kind.standing} className="inline-flex items-center gap-1.5">
          <svg aria-hidden="true" className="size-3">
            <Patterns id={id} kinds={[kind]} />
            <rect width="12" height="12" rx="2" fill={patternUrl(id, kind)} />
          </svg>
          {kind.label}
        </span>
      ))}
    </figcaption>
  );
}
