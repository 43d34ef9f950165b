/** One row of an import as its file spells it. */
export interface RawRow {
  /** The line it begins on, from 1. */
  readonly line: number;
  readonly identifier: unknown;
  /** Values as Handle's JSON writes them. */
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
