// What a session of the fixture remembers of its streams, so that a client whose stream ended can come back for the rest
// (`Last-Event-ID`, MCP 2025-11-25). Lives as long as the session.
import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';

interface Told {
  readonly id: string;
  readonly stream: string;
  readonly message: JSONRPCMessage;
}

export function eventMemory(): EventStore {
  const told: Told[] = [];
  const at = (id: string): number => {
    const index = told.findIndex((event) => event.id === id);
    if (index === -1) throw new Error(`no event \`${id}\` is remembered`);
    return index;
  };
  return {
    storeEvent: async (stream, message) => {
      const id = `${stream}_${told.length}`;
      told.push({ id, stream, message });
      return id;
    },
    getStreamIdForEventId: async (id) => told.find((event) => event.id === id)?.stream,
    replayEventsAfter: async (id, { send }) => {
      const last = at(id);
      const stream = told[last]?.stream ?? '';
      // The first event of a stream only names it, and is no message.
      for (const event of told.slice(last + 1)) {
        if (event.stream === stream && 'jsonrpc' in event.message) await send(event.id, event.message);
      }
      return stream;
    },
  };
}
