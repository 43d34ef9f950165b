/** One row of an import as its file spells it. */
export interface RawRow {
  /** The line it begins on, from 1. */
  readonly line: number;
  readonly identifier: unknown;
  /** Values as Handle's JSON writes them, or TextValues. */
  readonly values: unknown;
  /** The template that `data` is for. */
  readonly template?: unknown;
  readonly data?: unknown;
}

/** A row that cannot be read at all. */
export interface BrokenRow {
  readonly line: number;
  readonly broken: string;
}

/** A place between two rows of a file: the bytes and the lines before it. */
export interface Position {
  readonly offset: number;
  readonly line: number;
}

export const START: Position = { offset: 0, line: 0 };

/** Rows that were read together, and the place after them: an import that breaks off goes on at such a place. */
export interface RowBatch {
  readonly rows: readonly (RawRow | BrokenRow)[];
  readonly end: Position;
}

/** What became of one row. It is told only after the row is committed. */
export interface RowResult {
  readonly line: number;
  readonly identifier: string | null;
  readonly outcome: 'created' | 'replaced' | 'failed';
  readonly version?: number;
  readonly responseCode?: number;
  readonly code?: string;
  readonly message?: string;
}

export type ImportFormat = 'ndjson' | 'csv';

/** Reads a file from a place on. `open` gives its bytes from an offset; it may be called more than once. */
export type RowReader = (open: (offset: number) => AsyncIterable<Buffer>, from: Position) => AsyncIterable<RowBatch>;
