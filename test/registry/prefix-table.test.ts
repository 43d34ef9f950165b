import t from 'tap';
import { type Prefix, parsePrefix } from '../../src/identifier/prefix.ts';
import { siteOfUrl } from '../../src/record/site.ts';
import { getHostedPrefix } from '../../src/registry/hosted-prefix.ts';
import type { PrefixEntry } from '../../src/registry/prefix-entry.ts';
import { PrefixTable } from '../../src/registry/prefix-table.ts';

function entry(prefix: string, settings: Partial<PrefixEntry> = {}): PrefixEntry {
  const defaults = { status: 'active', site: null, ttl: 60, suffixCase: 'insensitive', label: '', version: 1 } as const;
  return { prefix: parsePrefix(prefix), ...defaults, updatedAt: '2026-01-02T03:04:05Z', ...settings };
}

function tableOf(...entries: PrefixEntry[]): PrefixTable {
  const table = new PrefixTable();
  for (const item of entries) table.put(item);
  return table;
}

const p = (text: string) => text as Prefix;
const site = siteOfUrl('http://plant.example');

t.test('finds the longest prefix at or above one', async (t) => {
  const table = tableOf(entry('88.1'), entry('88.1.2.3'));
  t.equal(table.match(p('88.1.2.3.4'))?.prefix, '88.1.2.3');
  t.equal(table.match(p('88.1.2'))?.prefix, '88.1');
  t.equal(table.match(p('88.11')), null);
  t.equal(table.find(p('88.1.2')), null);
});

t.test('keeps the newer of two entries, whichever comes first', async (t) => {
  const table = tableOf(entry('88.1', { version: 3, status: 'suspended' }), entry('88.1', { version: 2 }));
  t.match(table.find(p('88.1')), { version: 3, status: 'suspended' });
  table.put(entry('88.1', { version: 4 }));
  t.match(table.find(p('88.1')), { version: 4, status: 'active' });
  t.equal(table.size, 1);
});

t.test('a withdrawn prefix withdraws all below it, and the one nearest to the root is named', async (t) => {
  const table = tableOf(
    entry('88.1', { status: 'revoked' }),
    entry('88.1.2', { status: 'suspended' }),
    entry('88.1.3'),
    entry('88.2'),
  );
  t.match(table.findWithdrawn(p('88.1.2.9')), { prefix: '88.1' });
  t.match(table.findWithdrawn(p('88.1.3')), { prefix: '88.1' });
  t.equal(table.findWithdrawn(p('88.2.1')), null);
});

t.test('folds case as the prefix says where it is hosted, and not at all where another node answers', async (t) => {
  const table = tableOf(
    entry('88.1'),
    entry('88.1.2', { suffixCase: 'sensitive' }),
    entry('88.1.3', { site, suffixCase: 'insensitive' }),
  );
  t.equal(table.suffixCase(p('88.1')), 'insensitive');
  t.equal(table.suffixCase(p('88.1.2')), 'sensitive');
  t.equal(table.suffixCase(p('88.1.3')), 'sensitive');
  t.equal(table.suffixCase(p('99')), 'sensitive');
  t.equal(table.suffixCase(p('0.NA')), 'insensitive');
});

t.test('only an active prefix that is hosted here takes records', async (t) => {
  const table = tableOf(
    entry('88.1'),
    entry('88.1.2', { site }),
    entry('88.1.3', { status: 'suspended' }),
    entry('88.1.4', { status: 'revoked' }),
  );
  t.equal(getHostedPrefix(table, p('88.1')).prefix, '88.1');
  const refusal = (prefix: string) => {
    try {
      getHostedPrefix(table, p(prefix));
    } catch (error) {
      return error;
    }
    return null;
  };
  t.match(refusal('99'), { code: 'NOT_RESPONSIBLE', message: 'Prefix 99 does not live on this node' });
  t.match(refusal('88.1.9'), { code: 'NOT_RESPONSIBLE', message: /allot it first: PUT \/api\/v1\/prefixes\/88\.1\.9/ });
  t.match(refusal('88.1.2'), { code: 'NOT_RESPONSIBLE', message: /is delegated \(88\.1\.2\)/ });
  t.match(refusal('88.1.2.5'), { code: 'NOT_RESPONSIBLE', message: /is delegated \(88\.1\.2\)/ });
  t.match(refusal('88.1.3'), { code: 'PREFIX_SUSPENDED', subject: '88.1.3' });
  t.match(refusal('88.1.4.1'), { code: 'PREFIX_REVOKED', message: 'Prefix 88.1.4 is revoked' });
});
