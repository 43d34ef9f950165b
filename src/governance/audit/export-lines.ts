import { KapokError } from '../../errors/kapok-error.ts';
import type { SignedCheckpoint } from './audit-checkpoint.ts';
import type { ChainedEntry } from './audit-entry.ts';
import type { SignedHead } from './audit-head.ts';

export type ExportLine = SignedCheckpoint | ChainedEntry | SignedHead;

const TEXTS = ['at', 'actor', 'action', 'kind', 'id', 'previous', 'hash'] as const;
const TEXTS_OR_NULL = ['subject', 'prefix', 'reason'] as const;

/** The lines of an export: perhaps a checkpoint, entries, perhaps a head. Throws BAD_REQUEST for anything else. */
export async function* parseExport(lines: AsyncIterable<string>): AsyncGenerator<ExportLine> {
  let number = 0;
  let isOver = false;
  for await (const line of lines) {
    number += 1;
    if (line === '') continue;
    const json = parse(line);
    if (isOver) throw unreadable('there are lines after the signed head');
    if (!isEntry(json) && !isSignedHead(json) && !(isSignedCheckpoint(json) && number === 1))
      throw unreadable(`line ${number} is neither an entry nor a head`);
    isOver = 'head' in json;
    yield json;
  }
}

/** Its entries alone. */
export async function* entriesOf(lines: AsyncIterable<string>): AsyncGenerator<ChainedEntry> {
  for await (const line of parseExport(lines)) if ('seq' in line) yield line;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Told by whoever asks what it is.
    return null;
  }
}

function isEntry(json: unknown): json is ChainedEntry {
  if (typeof json !== 'object' || json === null) return false;
  const entry = json as Record<string, unknown>;
  return (
    Number.isSafeInteger(entry.seq) &&
    TEXTS.every((name) => typeof entry[name] === 'string') &&
    TEXTS_OR_NULL.every((name) => entry[name] === null || typeof entry[name] === 'string') &&
    [entry.previous, entry.hash].every(isHash)
  );
}

function isSignedHead(json: unknown): json is SignedHead {
  const head = statementOf(json, 'head');
  if (head === null) return false;
  return (
    [head.after, head.seq, head.count].every(Number.isSafeInteger) &&
    [head.node, head.at, head.hash, head.key].every((text) => typeof text === 'string')
  );
}

function isSignedCheckpoint(json: unknown): json is SignedCheckpoint {
  const checkpoint = statementOf(json, 'checkpoint');
  if (checkpoint === null) return false;
  const { node, at, seq, hash, key } = checkpoint;
  return Number.isSafeInteger(seq) && isHash(hash) && [node, at, key].every((text) => typeof text === 'string');
}

function statementOf(json: unknown, name: string): Record<string, unknown> | null {
  if (typeof json !== 'object' || json === null || !(name in json)) return null;
  const { [name]: statement, signature } = json as Record<string, unknown>;
  if (typeof statement !== 'object' || typeof signature !== 'string') return null;
  return statement as Record<string, unknown> | null;
}

function isHash(text: unknown): boolean {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}

function unreadable(reason: string): KapokError {
  return new KapokError('BAD_REQUEST', { message: `This is no export of an audit log: ${reason}`, at: 'file' });
}
