import { KapokError } from '../../errors/kapok-error.ts';

export interface RowsHead {
  readonly kind: 'rows';
  readonly table: string;
  readonly columns: readonly string[];
  /** Of rows that are only appended: the least number that the node still has; null: it has none. */
  readonly least: number | null;
}

type Head = { readonly kind: 'changed' } | RowsHead;

/** Rows of one table, or the identifiers that have changed; never more than a batch of lines. */
export type DepositLines = Head & { readonly lines: readonly string[] };

/** Lines of a batch, and their characters. A row holds a file of 5 MiB at most, as twice as many hexadecimal digits. */
const MAX_LINES = 1_000;
const MAX_CHARACTERS = 4 * 1024 * 1024;
const MAX_LINE = 64 * 1024 * 1024;

/** The opened data of a deposit in batches. A part without rows comes as a batch without lines: it says that there are none. */
export async function* readLines(pieces: AsyncIterable<Buffer>): AsyncGenerator<DepositLines> {
  let head: Head | null = null;
  let lines: string[] = [];
  let characters = 0;
  for await (const line of linesOf(pieces)) {
    const starts = line.startsWith('[');
    if (head !== null && (starts || lines.length === MAX_LINES || characters > MAX_CHARACTERS)) {
      yield { ...head, lines };
      lines = [];
      characters = 0;
    }
    if (starts) head = headOf(line);
    else if (head === null) throw malformed();
    else {
      lines.push(line);
      characters += line.length;
    }
  }
  if (head !== null) yield { ...head, lines };
}

function headOf(line: string): Head {
  const [kind, table, columns, least = null] = JSON.parse(line) as unknown[];
  if (kind === 'changed') return { kind };
  if (
    kind === 'rows' &&
    typeof table === 'string' &&
    isTexts(columns) &&
    (least === null || Number.isSafeInteger(least))
  )
    return { kind, table, columns, least: least as number | null };
  throw malformed();
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    let from = 0;
    for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, from)) {
      held.push(piece.subarray(from, at));
      yield Buffer.concat(held).toString('utf8');
      held = [];
      size = 0;
      from = at + 1;
    }
    held.push(piece.subarray(from));
    size += piece.length - from;
    if (size > MAX_LINE) throw malformed();
  }
  if (size > 0) throw malformed();
}

function malformed(): KapokError {
  return new KapokError('DEPOSIT_ALTERED', { message: 'Its data is not rows of a node' });
}
