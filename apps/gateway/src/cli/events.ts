// Server-sent events of an answer, as they come.
import { CommandError } from './exit.ts';

/** The `data` of each event, parsed. Ends the command with 2 where the answer breaks off. */
export async function* eventsOf<T>(answer: Pick<Response, 'body'>): AsyncGenerator<T, void> {
  const { body } = answer;
  if (body === null) throw new CommandError(2, 'the gateway gave an empty answer');
  let rest = '';
  try {
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const blocks = `${rest}${chunk}`.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) yield JSON.parse(data) as T;
      }
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(2, 'the gateway broke off its answer', { cause: error });
  }
}
