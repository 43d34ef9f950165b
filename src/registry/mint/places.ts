/** A piece of a pattern: text as it is, or a place `{name}` or `{name:width}`. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'place'; readonly name: string; readonly width: number | null };

const PLACE = /\{([^{}]*)\}/g;

/** Cuts a pattern at its places; null when it has a brace without its other one. */
export function cutPattern(text: string): Piece[] | null {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index, 0: whole, 1: inside = '' } of text.matchAll(PLACE)) {
    if (index > from) pieces.push({ kind: 'text', text: text.slice(from, index) });
    const [, name = inside, width] = /^([a-z][a-z0-9_]*)(?::(\d{1,2}))?$/.exec(inside) ?? [];
    pieces.push({ kind: 'place', name, width: width === undefined ? null : Number(width) });
    from = index + whole.length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces.some((piece) => piece.kind === 'text' && /[{}]/.test(piece.text)) ? null : pieces;
}
