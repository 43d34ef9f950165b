/**
 * The UTF-8 bytes of a text, one a character ("latin1"). Node joins such a string to the head of an answer; a Buffer would leave as
 * a piece of its own (`npm run bench`, "memory-hit"). Of ASCII it is the text itself.
 */
export function wireOf(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString('latin1');
}
