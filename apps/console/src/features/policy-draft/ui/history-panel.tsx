// Simulation over history, as the address says over which part of it.
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { PolicySource } from '../../../api/types.ts';
import type { Replaying } from '../use-replay.ts';
import { Simulation } from './simulation.tsx';

interface Props {
  readonly files: readonly PolicySource[];
  readonly replay: Replaying;
}

export function HistoryPanel({ files, replay }: Props) {
  const { over = 'week' } = useSearch({ from: '/policies/draft' });
  const navigate = useNavigate({ from: '/policies/draft' });
  return (
    <Simulation
      files={files}
      over={over}
      onOver={(next) =>
        void navigate({
          search: ({ over: _over, ...search }) => (next === 'week' ? search : { ...search, over: next }),
          replace: true,
        })
      }
      replay={replay}
    />
  );
}
