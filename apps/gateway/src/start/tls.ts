// The certificates of all listeners that end TLS themselves.
import type { Config } from '../config.ts';
import { openTls, type ServedTls } from '../listen-tls.ts';

export interface ListenerTls {
  readonly data: ServedTls | null;
  readonly admin: ServedTls | null;
  readonly grpc: ServedTls | null;
  close(): void;
}

/** Fails with a StartError where files cannot be served. */
export async function openListenerTls({ dataPlane, adminPlane }: Config): Promise<ListenerTls> {
  const opened: ServedTls[] = [];
  const close = (): void => {
    for (const each of opened) each.close();
  };
  const open = async (key: string, files: Config['dataPlane']['tls']): Promise<ServedTls | null> => {
    if (files === null) return null;
    const served = await openTls(key, files);
    opened.push(served);
    return served;
  };
  try {
    const data = await open('dataPlane.tls', dataPlane.tls);
    const admin = await open('adminPlane.tls', adminPlane.tls);
    const grpc = dataPlane.grpc.port === null ? null : await open('dataPlane.grpc.tls', dataPlane.grpc.tls);
    return { data, admin, grpc, close };
  } catch (error) {
    close();
    throw error;
  }
}
