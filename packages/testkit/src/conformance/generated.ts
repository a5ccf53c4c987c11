// The generated parts of a document: what stands between two comments that name them. The rest is written by people.

/** `document` with `content` as its part `name`. Errors: throws when the document has no such part. */
export function withGenerated(document: string, name: string, content: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) {
    throw new Error(`the document has no part \`${name}\`; put \`${begin}\` and \`${end}\` where it belongs`);
  }
  return `${document.slice(0, from + begin.length)}\n\n${content}\n\n${document.slice(to)}`;
}
