import { subjectOfKey } from '../../access/node-key.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { ChainedEntry } from './audit-entry.ts';
import { isHeadSigned, type SignedHead } from './audit-head.ts';
import { ChainVerifier, type Finding } from './chain-verifier.ts';

/** What can be said of an export without asking anybody. */
export interface Verdict {
  readonly intact: boolean;
  readonly entries: number;
  /** The last one. */
  readonly seq: number;
  readonly hash: string;
  /** The node that signed it: `node:THUMBPRINT`. */
  readonly signedBy: string | null;
  readonly finding: Finding | null;
  /** What this file cannot tell. */
  readonly unknown: readonly string[];
}

export interface VerifyOptions {
  /** The node's key, or its thumbprint, as it is known from elsewhere. */
  readonly key?: string | undefined;
  /** The lines of an export of before, which is known to be good. */
  readonly earlier?: AsyncIterable<string> | undefined;
}

const TEXTS = ['at', 'actor', 'action', 'kind', 'id', 'previous', 'hash'] as const;
const TEXTS_OR_NULL = ['subject', 'prefix', 'reason'] as const;

/** Holds the lines of an export to their chain, its head and, where there is one, an export of before. */
export async function verifyExport(lines: AsyncIterable<string>, options: VerifyOptions = {}): Promise<Verdict> {
  const chain = new ChainVerifier();
  const earlier = options.earlier === undefined ? null : entriesOf(options.earlier);
  let known = (await earlier?.next())?.value ?? null;
  let differing: Finding | null = null;
  let begins: number | null = null;
  let signed: SignedHead | null = null;
  for await (const line of parsed(lines)) {
    if (signed !== null) throw unreadable('there are lines after the signed head');
    if ('head' in line) {
      signed = line;
      continue;
    }
    begins ??= line.seq;
    while (known !== null && known.seq < line.seq) known = (await earlier?.next())?.value ?? null;
    if (known?.seq === line.seq && known.hash !== line.hash) differing ??= rewritten(line.seq);
    chain.add(line);
  }
  const finding = earliest(differing, chain.finish(signed?.head ?? null)) ?? whyForged(signed, options.key);
  const signedBy = signed === null ? null : subjectOfKey({ kty: 'OKP', crv: 'Ed25519', x: signed.head.key });
  const unknown = unknownOf({ begins, signed, ...options });
  const { count: entries, last: seq, hash } = chain;
  return { intact: finding === null, entries, seq, hash, signedBy, finding, unknown };
}

function earliest(one: Finding | null, other: Finding | null): Finding | null {
  if (one === null || other === null) return one ?? other;
  return other.seq <= one.seq ? other : one;
}

function rewritten(seq: number): Finding {
  const message = `Entry ${seq} is not the one of the earlier export: it was altered, and the chain made anew from there`;
  return { kind: 'forged', seq, message };
}

function whyForged(signed: SignedHead | null, key: string | undefined): Finding | null {
  if (signed === null) return null;
  const { key: own, seq } = signed.head;
  if (!isHeadSigned(signed)) return { kind: 'forged', seq, message: 'The signature of the head is wrong' };
  if (key === undefined || key === own || key === subjectOfKey({ kty: 'OKP', crv: 'Ed25519', x: own })) return null;
  return { kind: 'forged', seq, message: 'The head is signed with another key than the one that was given' };
}

function unknownOf({
  begins,
  signed,
  key,
  earlier,
}: VerifyOptions & { begins: number | null; signed: SignedHead | null }): string[] {
  return [
    ...(signed === null ? ['The export has no signed head: entries may be missing at its end'] : []),
    ...(signed !== null && key === undefined
      ? ['The key is the one that the export names: give the node’s with --key']
      : []),
    ...(begins !== null && begins > 1 ? [`It begins with entry ${begins}: nothing is said of those before`] : []),
    ...(earlier === undefined
      ? [
          'Whoever holds the node’s key and its database can make all of it anew: hold it to an earlier export with --earlier',
        ]
      : []),
  ];
}

async function* entriesOf(lines: AsyncIterable<string>): AsyncGenerator<ChainedEntry> {
  for await (const line of parsed(lines)) if (!('head' in line)) yield line;
}

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<ChainedEntry | SignedHead> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line === '') continue;
    const json = parse(line);
    if (!isEntry(json) && !isSignedHead(json)) throw unreadable(`line ${number} is neither an entry nor a head`);
    yield json;
  }
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
    [entry.previous, entry.hash].every((hash) => /^[0-9a-f]{64}$/.test(String(hash)))
  );
}

function isSignedHead(json: unknown): json is SignedHead {
  if (typeof json !== 'object' || json === null || !('head' in json) || !('signature' in json)) return false;
  const { head, signature } = json as { head: Record<string, unknown> | null; signature: unknown };
  if (typeof head !== 'object' || head === null || typeof signature !== 'string') return false;
  return (
    [head.after, head.seq, head.count].every(Number.isSafeInteger) &&
    [head.node, head.at, head.hash, head.key].every((text) => typeof text === 'string')
  );
}

function unreadable(reason: string): KapokError {
  return new KapokError('BAD_REQUEST', { message: `This is no export of an audit log: ${reason}`, at: 'file' });
}
