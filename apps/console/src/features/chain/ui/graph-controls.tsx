// What moves a picture closer, farther, and back to the whole of it: for whoever has no wheel.
import { useReactFlow } from '@xyflow/react';
import { Maximize2, Minus, Plus } from 'lucide-react';
import { text } from '../text.ts';

/** How the whole of a picture is shown. */
export const FIT = { padding: 0.1, maxZoom: 1 } as const;

const ICON = { 'aria-hidden': true, className: 'size-4', strokeWidth: 1.75 } as const;

export function Controls() {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <div className="flex rounded-md border border-line bg-surface">
      <button type="button" className="button-quiet px-1" title={text.zoomIn} onClick={() => void zoomIn()}>
        <Plus {...ICON} />
        <span className="sr-only">{text.zoomIn}</span>
      </button>
      <button type="button" className="button-quiet px-1" title={text.zoomOut} onClick={() => void zoomOut()}>
        <Minus {...ICON} />
        <span className="sr-only">{text.zoomOut}</span>
      </button>
      <button type="button" className="button-quiet px-1" title={text.fit} onClick={() => void fitView(FIT)}>
        <Maximize2 {...ICON} />
        <span className="sr-only">{text.fit}</span>
      </button>
    </div>
  );
}
