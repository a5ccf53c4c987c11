// The other logs that this one holds checkpoints of: looked at in turn, and shown to those who watch the gateway.
import type { Gauge } from '../../admin/metrics.ts';
import type { Peer, PeerStatus } from './peer.ts';

/** Looks at each, one after the other. */
export async function lookAtAll(peers: readonly Peer[], signal: AbortSignal): Promise<void> {
  for (const peer of peers) if (!signal.aborted) await peer.look(signal);
}

export function peerGauges(peers: readonly PeerStatus[], at: number): readonly Gauge[] {
  if (peers.length === 0) return [];
  const labels = ({ origin }: PeerStatus) => ({ peer: origin });
  const seen = peers.flatMap((peer) => (peer.seenAt === null ? [] : [{ peer, seenAt: peer.seenAt }]));
  return [
    {
      name: 'countersign_peer_entries',
      help: 'Entries in the largest checkpoint of another log that is held here.',
      samples: peers.map((peer) => ({ labels: labels(peer), value: peer.size })),
    },
    {
      name: 'countersign_peer_seen_seconds',
      help: 'How long ago another log last handed out a checkpoint that could be taken, since the start.',
      samples: seen.map(({ peer, seenAt }) => ({ labels: labels(peer), value: (at - seenAt) / 1000 })),
    },
    {
      name: 'countersign_peer_misconduct',
      help: '1 where another log contradicts what it signed before.',
      samples: peers.map((peer) => ({ labels: labels(peer), value: peer.misconduct === null ? 0 : 1 })),
    },
  ];
}
