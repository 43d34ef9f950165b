import { subjectOfKey } from '../../access/node-key.ts';
import { isCheckpointSigned, type SignedCheckpoint } from './audit-checkpoint.ts';
import { isHeadSigned, type SignedHead } from './audit-head.ts';
import { ChainVerifier, type Finding } from './chain-verifier.ts';
import { entriesOf, parseExport } from './export-lines.ts';

/** What can be said of an export without asking anybody. */
export interface Verdict {
  readonly intact: boolean;
  readonly entries: number;
  /** The first one; null: there is none. */
  readonly first: number | null;
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
  /** The keys of the node, or their thumbprints, as they are known from elsewhere: the one it has, and those it had. */
  readonly keys?: readonly string[] | undefined;
  /** The lines of an export of before, which is known to be good. */
  readonly earlier?: AsyncIterable<string> | undefined;
}

/** Holds the lines of an export to their chain, its checkpoint, its head and, where there is one, an export of before. */
export async function verifyExport(lines: AsyncIterable<string>, options: VerifyOptions = {}): Promise<Verdict> {
  const chain = new ChainVerifier();
  const earlier = options.earlier === undefined ? null : entriesOf(options.earlier);
  let known = (await earlier?.next())?.value ?? null;
  let differing: Finding | null = null;
  let first: number | null = null;
  let cut: SignedCheckpoint | null = null;
  let signed: SignedHead | null = null;
  for await (const line of parseExport(lines)) {
    if ('head' in line) {
      signed = line;
      continue;
    }
    const place = 'checkpoint' in line ? line.checkpoint : line;
    while (known !== null && known.seq < place.seq) known = (await earlier?.next())?.value ?? null;
    if (known?.seq === place.seq && known.hash !== place.hash) differing ??= rewritten(place.seq);
    if ('checkpoint' in line) {
      cut = line;
      chain.beginAfter(line.checkpoint);
    } else {
      first ??= line.seq;
      chain.add(line);
    }
  }
  const forged = whyCheckpointForged(cut, options) ?? whyHeadForged(signed, options);
  const found = earliest(differing, chain.finish(signed?.head ?? null)) ?? forged;
  const finding = found ?? (signed === null ? headless(chain.last + 1) : null);
  const unknown = unknownOf({ first, cut, signed, ...options });
  const { count: entries, last: seq, hash } = chain;
  const signedBy = signed === null ? null : signerOf(signed.head.key);
  return { intact: finding === null, entries, first, seq, hash, signedBy, finding, unknown };
}

function earliest(one: Finding | null, other: Finding | null): Finding | null {
  if (one === null || other === null) return one ?? other;
  return other.seq <= one.seq ? other : one;
}

function rewritten(seq: number): Finding {
  const message = `Entry ${seq} is not the one of the earlier export: it was altered, and the chain made anew from there`;
  return { kind: 'forged', seq, message };
}

/** The head alone tells where the entries end, and the node ends each export with it. */
function headless(seq: number): Finding {
  const message = `The signed head, the last line, is missing: entries from ${seq} on may be missing too`;
  return { kind: 'removed', seq, message };
}

function whyHeadForged(signed: SignedHead | null, { keys }: VerifyOptions): Finding | null {
  if (signed === null) return null;
  const { key, seq } = signed.head;
  if (!isHeadSigned(signed)) return { kind: 'forged', seq, message: 'The signature of the head is wrong' };
  if (isOneOf(key, keys)) return null;
  return { kind: 'forged', seq, message: 'The head is signed with another key than the one that was given' };
}

function whyCheckpointForged(cut: SignedCheckpoint | null, { keys }: VerifyOptions): Finding | null {
  if (cut === null) return null;
  const { key, seq } = cut.checkpoint;
  if (!isCheckpointSigned(cut)) return { kind: 'forged', seq, message: 'The signature of the checkpoint is wrong' };
  if (isOneOf(key, keys)) return null;
  const message = `The checkpoint is signed by ${signerOf(key)}, with another key than those that were given`;
  return { kind: 'forged', seq, message };
}

function isOneOf(key: string, keys: readonly string[] | undefined): boolean {
  return keys === undefined || keys.includes(key) || keys.includes(signerOf(key));
}

function signerOf(key: string): string {
  return subjectOfKey({ kty: 'OKP', crv: 'Ed25519', x: key });
}

function unknownOf({
  first,
  cut,
  signed,
  keys,
  earlier,
}: VerifyOptions & { first: number | null; cut: SignedCheckpoint | null; signed: SignedHead | null }): string[] {
  const others = signed !== null && cut !== null && cut.checkpoint.key !== signed.head.key;
  return [
    ...(signed !== null && keys === undefined
      ? ['The key is the one that the export names: give the node’s with --key']
      : []),
    ...(others && keys === undefined
      ? [`The checkpoint is signed with another key, by ${signerOf(cut.checkpoint.key)}: give both with --key`]
      : []),
    ...(cut !== null
      ? [`Entries up to ${cut.checkpoint.seq} were removed at ${cut.checkpoint.at}, after an export, which shows them`]
      : []),
    ...(cut === null && first !== null && first > 1
      ? [`It begins with entry ${first}: nothing is said of those before`]
      : []),
    ...(earlier === undefined
      ? [
          'Whoever holds the node’s key and its database can make all of it anew: hold it to an earlier export with --earlier',
        ]
      : []),
  ];
}
