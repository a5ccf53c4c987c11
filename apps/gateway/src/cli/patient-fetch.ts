// Requests whose answer may take as long as it takes, such as for a file that is made of a whole log first: the runtime's own
// fetch gives up where an answer has not begun after five minutes. Whoever asks ends it, or the connection does.
import { Agent, fetch, type RequestInit } from 'undici';

/** As the global `fetch`, but for how long it waits. */
export async function patientFetch(
  input: string | URL | Request,
  init?: globalThis.RequestInit,
): Promise<Response> {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const url = input instanceof Request ? input.url : input;
  // The same by the standard; the types of the two differ in what a dispatcher is.
  return fetch(url, { ...(init as unknown as RequestInit), dispatcher });
}
