// Bytes of the log from the gateway that serves this page, in a worker as in the page itself.

/** Errors: rejects with the gateway's own words for a refusal where there are any. */
export async function fetchBytes(address: string): Promise<Uint8Array> {
  const response = await fetch(address, { headers: { accept: 'application/octet-stream, text/plain' } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.status === 200) return bytes;
  throw new Error(said(bytes) ?? `${new URL(address).pathname} is answered ${response.status}`);
}

function said(bytes: Uint8Array): string | null {
  try {
    const body = JSON.parse(new TextDecoder().decode(bytes)) as {
      readonly error?: { readonly message?: unknown };
    };
    return typeof body.error?.message === 'string' ? body.error.message : null;
  } catch {
    return null;
  }
}
