import t from 'tap';
import { findChain } from '../../../src/governance/escrow/deposit-chain.ts';
import type { DepositFile } from '../../../src/governance/escrow/deposit-file.ts';
import { digestOfState, type Manifest, signerOf } from '../../../src/governance/escrow/manifest.ts';

const signer = 'A'.repeat(43);
const other = 'B'.repeat(43);

function deposit(id: string, watermark: number, more: Partial<Manifest> = {}): DepositFile {
  const kind = more.previous === undefined ? 'full' : 'incremental';
  const manifest = { id, watermark, signer, kind, previous: null, madeAt: '2026-01-02T03:04:05.000Z', ...more };
  return { path: `${id}.deposit`, manifest: manifest as Manifest };
}

const ids = (chain: readonly DepositFile[]) => chain.map(({ manifest }) => manifest.id);

t.test('the chain ends with the newest deposit and begins with the full one that it comes from', async (t) => {
  const all = [
    deposit('old', 3),
    deposit('full', 5),
    deposit('second', 9, { previous: 'first' }),
    deposit('first', 7, { previous: 'full' }),
    deposit('branch', 6, { previous: 'full' }),
  ];
  t.strictSame(ids(findChain(all, null)), ['full', 'first', 'second']);
  t.strictSame(ids(findChain([...all, deposit('newer', 10)], null)), ['newer']);
});

t.test('of two deposits of one moment of the feed the later one counts', async (t) => {
  const later = deposit('later', 5, { madeAt: '2026-01-02T03:04:06.000Z' });
  t.strictSame(ids(findChain([later, deposit('sooner', 5)], null)), ['later']);
});

t.test('a missing deposit is named, with the one that needs it', async (t) => {
  const all = [deposit('full', 5), deposit('second', 9, { previous: 'first' })];
  t.throws(() => findChain(all, null), {
    code: 'DEPOSIT_GAP',
    message: /second\.deposit goes on from the deposit first/,
  });
  t.throws(() => findChain([], null), { code: 'DEPOSIT_GAP' });
});

t.test('deposits that go round in a ring are refused', async (t) => {
  const ring = [deposit('a', 5, { previous: 'b' }), deposit('b', 5, { previous: 'a' })];
  t.throws(() => findChain(ring, null), { code: 'DEPOSIT_GAP' });
});

t.test('deposits of another node than expected, or of two nodes, are refused', async (t) => {
  const mixed = [deposit('full', 5, { signer: other }), deposit('first', 7, { previous: 'full' })];
  t.throws(() => findChain(mixed, null), { code: 'DEPOSIT_SIGNER', message: /full\.deposit/ });
  const expected = signerOf(deposit('x', 1, { signer: other }).manifest);
  t.throws(() => findChain([deposit('full', 5)], expected), { code: 'DEPOSIT_SIGNER' });
});

t.test('the digest of a state tells any table of it, in whatever order they come', async (t) => {
  const a = { rows: 1, digest: '7' };
  const b = { rows: 2, digest: '8' };
  t.equal(digestOfState({ a, b }), digestOfState({ b, a }));
  t.not(digestOfState({ a, b }), digestOfState({ a: b, b: a }));
  t.not(digestOfState({ a, b }), digestOfState({ a }));
});
