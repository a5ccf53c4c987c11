// The official SDKs: 1.x, and 2.x in both eras.
import { connectV1, connectV2 } from '../official-clients.ts';
import { type ConnectClient, seen, seenIn } from './user.ts';

export const sdkV1: ConnectClient = async ({ url, token }) => {
  const client = await connectV1(url, { token });
  return {
    call: (name, args) => seen(async () => seenIn(await client.callTool({ name, arguments: { ...args } }))),
    close: () => client.close(),
  };
};

export const sdkV2 =
  (era: 'legacy' | '2026-07-28'): ConnectClient =>
  async ({ url, token }) => {
    const client = await connectV2(url, { token, era });
    return {
      call: (name, args) => seen(async () => seenIn(await client.callTool({ name, arguments: { ...args } }))),
      close: () => client.close(),
    };
  };
