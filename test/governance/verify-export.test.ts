import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { createNodeKey } from '../../src/access/node-key.ts';
import { signCheckpoint } from '../../src/governance/audit/audit-checkpoint.ts';
import {
  type AuditContent,
  type ChainedEntry,
  contentOf,
  GENESIS,
  hashAfter,
} from '../../src/governance/audit/audit-entry.ts';
import { signHead } from '../../src/governance/audit/audit-head.ts';
import { type VerifyOptions, verifyExport } from '../../src/governance/audit/verify-export.ts';
import { countTo } from '../registry/open-database.ts';

const COUNT = 9;
const makeKey = () => createNodeKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }));
const key = makeKey();

function contentNo(id: number): AuditContent {
  const said = { subject: null, prefix: '88.1', reason: null, before: null, after: { id } };
  return { at: '2026-11-24T08:00:00.5Z', actor: 'a', action: 'sample.touch', kind: 'sample', id: String(id), ...said };
}

function chained(contents: readonly AuditContent[], first = { seq: 1, previous: GENESIS }): ChainedEntry[] {
  let { previous } = first;
  return contents.map((content, i) => {
    const entry = { ...content, seq: first.seq + i, previous, hash: hashAfter(previous, contentOf(content)) };
    previous = entry.hash;
    return entry;
  });
}

const good = chained(countTo(COUNT).map(contentNo));
const [{ hash: tail } = { hash: '' }] = good.slice(-1);
const head = (given = {}, by = key) =>
  signHead({ node: '88', at: '2026-11-24T09:00:00Z', after: 0, seq: COUNT, count: COUNT, hash: tail, ...given }, by);

async function* linesOf(lines: readonly object[]): AsyncGenerator<string> {
  for (const line of lines) yield JSON.stringify(line);
}

const verify = (lines: readonly object[], options: VerifyOptions = {}) => verifyExport(linesOf(lines), options);
const at = (seq: number) => good[seq - 1] as ChainedEntry;
const others = (...seqs: number[]) => good.filter(({ seq }) => !seqs.includes(seq));
const inOrder = (entries: readonly ChainedEntry[]) => [...entries].sort((a, b) => a.seq - b.seq);
/** Everything but its place. */
const said = ({ seq: _seq, ...entry }: ChainedEntry) => entry;
const content = ({ seq: _seq, previous: _previous, hash: _hash, ...entry }: ChainedEntry) => entry;
const rehashed = (entry: ChainedEntry) => ({ ...entry, hash: hashAfter(entry.previous, contentOf(entry)) });

t.test('a chain that is whole is intact, and what cannot be known is said', async (t) => {
  const verdict = await verify([...good, head()]);
  t.match(verdict, { intact: true, entries: COUNT, seq: COUNT, hash: tail, signedBy: key.subject, finding: null });
  t.match(verdict.unknown, [/--key/, /--earlier/]);
  t.strictSame(
    (await verify([...good, head()], { keys: [key.subject], earlier: linesOf(good.slice(0, 4)) })).unknown,
    [],
  );
  const part = await verify([...good.slice(4), head({ after: 4, count: COUNT - 4 })]);
  t.match(part, { intact: true, unknown: [/--key/, /begins with entry 5/, /--earlier/] });
  const empty = await verify([head({ seq: 0, count: 0, hash: GENESIS })]);
  t.match(empty, { intact: true, entries: 0 });
});

t.test('every single entry that is removed, altered or exchanged with any other is named', async (t) => {
  for (const a of countTo(COUNT)) {
    t.match((await verify([...others(a), head()])).finding, { kind: 'removed', seq: a }, `removed ${a}`);
    const altered = { ...at(a), actor: 'b' };
    t.match((await verify([...inOrder([...others(a), altered]), head()])).finding, { kind: 'altered', seq: a });
    const forged = rehashed(altered);
    const found = (await verify([...inOrder([...others(a), forged]), head()])).finding;
    t.match(found, { kind: a === COUNT ? 'forged' : 'altered', seq: a }, `altered ${a}, and given a new hash`);
    for (const b of countTo(COUNT).filter((one) => one > a)) {
      const rows = [
        { ...said(at(b)), seq: a },
        { ...said(at(a)), seq: b },
      ];
      const contents = [
        { ...at(a), ...content(at(b)) },
        { ...at(b), ...content(at(a)) },
      ];
      for (const swapped of [rows, contents]) {
        const { finding } = await verify([...inOrder([...others(a, b), ...swapped]), head()]);
        t.match(finding, { kind: 'swapped', seq: a, message: `Entries ${a} and ${b} were exchanged` });
      }
    }
  }
});

t.test('what is done to hide it is seen through', async (t) => {
  const renumber = (entries: readonly ChainedEntry[]) => entries.map((entry, i) => ({ ...entry, seq: i + 1 }));
  t.match((await verify([...renumber(others(5)), head()])).finding, { kind: 'removed', seq: 5 }, 'numbered anew');
  const anew = chained(countTo(COUNT).map((id) => ({ ...contentNo(id), actor: id === 4 ? 'b' : 'a' })));
  t.match((await verify([...anew, head()])).finding, { kind: 'forged', seq: COUNT }, 'chained anew');
  const all = [...anew, head({ hash: anew.at(-1)?.hash })];
  t.equal((await verify(all)).intact, true, 'and signed anew, which only an earlier export shows');
  t.match((await verify(all, { earlier: linesOf([...good.slice(0, 6), head()]) })).finding, { kind: 'forged', seq: 4 });
  const extra = rehashed({ ...at(COUNT), seq: COUNT + 1, previous: tail });
  t.match((await verify([...good, extra, head()])).finding, { kind: 'added', seq: COUNT + 1 });
  t.match((await verify([...good, at(3), head()])).finding, { kind: 'added', seq: 3 });
  t.match((await verify([...good.slice(3), head()])).finding, { kind: 'removed', seq: 1 }, 'the beginning cut off');
});

t.test('an export whose head is cut off is not intact, whatever is said of the rest', async (t) => {
  const cut = { kind: 'removed', seq: COUNT + 1, message: /signed head, .* is missing: entries from \d+ on may be/ };
  t.match(await verify(good), { intact: false, signedBy: null, finding: cut });
  t.match((await verify(good, { earlier: linesOf(good) })).finding, cut);
  t.match(await verify([]), { intact: false, finding: { ...cut, seq: 1 } });
  t.match((await verify(others(3))).finding, { kind: 'removed', seq: 3 }, 'the first finding comes first');
});

t.test('a head that was altered or signed with another key is forged', async (t) => {
  const { head: signed, signature } = head();
  const cases = [
    { head: { ...signed, node: '99' }, signature },
    { head: signed, signature: '' },
  ];
  for (const forged of cases) t.match((await verify([...good, forged])).finding, { kind: 'forged' });
  const other = makeKey();
  t.match((await verify([...good, head({}, other)], { keys: [key.subject] })).finding, { kind: 'forged' });
  t.equal((await verify([...good, head({}, other)], { keys: [other.subject] })).intact, true);
});

t.test(
  'a checkpoint stands for the entries before the first, for whoever knows the key it is signed with',
  async (t) => {
    const cut = (given = {}, by = key) =>
      signCheckpoint({ node: '88', at: '2026-11-24T09:00:00Z', seq: 4, hash: at(4).hash, ...given }, by);
    const rest = [...good.slice(4), head({ after: 4, count: COUNT - 4 })];
    t.match(await verify([cut(), ...rest]), { intact: true, first: 5, entries: COUNT - 4, finding: null });
    t.match(await verify([cut(), ...rest], { earlier: linesOf(good) }), { intact: true });
    t.match(await verify([cut(), ...good.slice(5), rest.at(-1) ?? {}]), { finding: { kind: 'removed', seq: 5 } });
    t.match(await verify([cut({ hash: at(3).hash }), ...rest]), { finding: { kind: 'altered', seq: 4 } });
    t.match(await verify([cut({ seq: 3, hash: at(3).hash }), ...rest]), { finding: { kind: 'removed', seq: 4 } });
    const other = makeKey();
    t.match(await verify([cut({}, other), ...rest]), {
      intact: true,
      unknown: [/--key/, /signed with another key, by node:/],
    });
    t.match(await verify([cut({}, other), ...rest], { keys: [key.subject] }), { finding: { kind: 'forged', seq: 4 } });
    t.match(await verify([cut({}, other), ...rest], { keys: [key.subject, other.subject] }), { intact: true });
    const { checkpoint, signature } = cut();
    t.match(await verify([{ checkpoint: { ...checkpoint, at: '2027' }, signature }, ...rest]), {
      finding: { kind: 'forged' },
    });
    await t.rejects(verify([at(5), cut(), ...rest.slice(1)]), /line 2 is neither/);
    await t.rejects(verify([{ ...checkpoint, signature }, ...rest]), /line 1 is neither/);
  },
);

t.test('what is no export is refused with the line', async (t) => {
  for (const lines of [
    [{}],
    [null],
    [...good, head(), at(1)],
    [{ ...at(1), hash: 'x' }],
    [{ ...at(1), seq: '1' }],
  ] as object[][])
    await t.rejects(verify(lines), { code: 'BAD_REQUEST' });
  await t.rejects(verifyExport(['not json'] as unknown as AsyncIterable<string>), { code: 'BAD_REQUEST' });
});
