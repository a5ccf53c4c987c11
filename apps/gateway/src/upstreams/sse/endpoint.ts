// Where the messages of the old HTTP+SSE transport (2024-11-05) go: the server names the address in the first event of its
// stream, and could name anybody's.

const MAX_CHARACTERS = 4096;

/** The address, or what is wrong with it. @param data of the `endpoint` event. */
export function endpointOf(
  data: string,
  streamUrl: string,
): { readonly ok: true; readonly url: string } | { readonly ok: false; readonly why: string } {
  if (data.length > MAX_CHARACTERS) return { ok: false, why: 'the address that it names is too long' };
  const url = URL.parse(data, streamUrl);
  if (url === null || data.trim() === '') return { ok: false, why: 'it names no address for messages' };
  // SECURITY: another origin would get the messages, and the server's credential, where no operator named it.
  if (url.origin !== new URL(streamUrl).origin)
    return { ok: false, why: `it names an address for messages of another origin, \`${url.origin}\`` };
  if (url.username !== '' || url.password !== '')
    return { ok: false, why: 'the address that it names holds credentials' };
  url.hash = '';
  return { ok: true, url: url.href };
}
