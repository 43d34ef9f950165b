import { type ByteText, isEscaped, toBytes, toText } from './byte-text.ts';
import type { RawRow } from './rows.ts';
import { type TextColumn, TextValues } from './text-values.ts';

/** Lines that teach nothing new are not looked at for ever: a file whose lines are all different is read without shapes. */
const MAX_LESSONS = 64;
const MAX_SHAPES = 4;
const MAX_TEXTS = 64;
const QUOTE = 0x22;

/** What the lines of a file have in common: all but the texts. */
interface Shape {
  /** What stands before, between and behind the texts; a text is between quotes. */
  readonly pieces: readonly ByteText[];
  readonly columns: readonly TextColumn[];
}

/**
 * Reads lines of NDJSON that differ from an earlier one in their texts alone: their structure need not be parsed again, which
 * takes a fifth of the time of JSON.parse. All that a program writes in one loop is so.
 */
export class LineShapes {
  readonly #shapes: Shape[] = [];
  #lessons = 0;

  /** The row; null: the line must be parsed. */
  read(bytes: ByteText, line: number): RawRow | null {
    if (this.#shapes.length === 0 || isEscaped(bytes)) return null;
    for (const { pieces, columns } of this.#shapes) {
      const found = match(bytes, pieces);
      if (found === null) continue;
      const [identifier, texts] = found;
      return { line, identifier: toText(identifier), values: new TextValues(columns, { texts, verbatim: true }) };
    }
    return null;
  }

  /** Takes a line that was parsed as a model for later ones. */
  learn(bytes: ByteText, { identifier, values }: RawRow): void {
    if (this.#shapes.length === MAX_SHAPES || this.#lessons === MAX_LESSONS) return;
    this.#lessons++;
    const shape = isEscaped(bytes) ? null : shapeOf(toText(bytes), identifier, values);
    if (shape !== null) this.#shapes.push(shape);
  }
}

/** The identifier and the texts of the values. */
function match(bytes: ByteText, pieces: readonly ByteText[]): [ByteText, ByteText[]] | null {
  const first = pieces[0] as ByteText;
  if (!bytes.startsWith(first)) return null;
  let identifier = first;
  const texts = new Array<ByteText>(pieces.length - 2);
  let at = first.length;
  for (let i = 1; i < pieces.length; i++) {
    const piece = pieces[i] as ByteText;
    const end = bytes.indexOf('"', at);
    if (end < 0 || !bytes.startsWith(piece, end)) return null;
    if (i === 1) identifier = bytes.slice(at, end);
    else texts[i - 2] = bytes.slice(at, end);
    at = end + piece.length;
  }
  return at === bytes.length ? [identifier, texts] : null;
}

/** The shape of a line; null when it has another structure, or when it is not certain which quotes are around its texts. */
function shapeOf(text: string, identifier: unknown, values: unknown): Shape | null {
  if (typeof identifier !== 'string' || !Array.isArray(values) || values.length > MAX_TEXTS) return null;
  const columns: TextColumn[] = [];
  const texts = [identifier];
  for (const { index, type, data } of values as Record<string, unknown>[]) {
    if (typeof index !== 'number' || typeof type !== 'string' || typeof data !== 'string') return null;
    columns.push({ index, type });
    texts.push(data);
  }
  const pieces: string[] = [];
  let at = 0;
  for (const one of texts) {
    const found = text.indexOf(`"${one}"`, at);
    if (found < 0) return null;
    pieces.push(text.slice(at, found + 1));
    at = found + 1 + one.length;
  }
  pieces.push(text.slice(at));
  return stands(pieces, columns) ? { pieces: pieces.map(toBytes), columns } : null;
}

/** Proves a shape: with other texts in it, the line must say just what the shape says of it. */
function stands(pieces: readonly string[], columns: readonly TextColumn[]): boolean {
  if (pieces.some((piece, i) => i > 0 && piece.charCodeAt(0) !== QUOTE)) return false;
  const texts = pieces.slice(1).map((_, i) => `text ${i}`);
  const line = pieces.map((piece, i) => `${piece}${texts[i] ?? ''}`).join('');
  const values = columns.map(({ index, type }, i) => ({ index, type, data: texts[i + 1] }));
  const sorted = (_: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  try {
    return JSON.stringify(JSON.parse(line), sorted) === JSON.stringify({ identifier: texts[0], values }, sorted);
  } catch {
    // The texts were looked for in the wrong places, and what stands around them is no JSON.
    return false;
  }
}
