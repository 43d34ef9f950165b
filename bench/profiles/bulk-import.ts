import type { Bench } from '../bench.ts';
import { checkRecord } from '../checks.ts';
import { cpuSeconds } from '../cpu.ts';
import { importRecords } from '../fill.ts';
import type { NodeServer } from '../node-server.ts';
import type { Measurement, Profile } from '../profile.ts';
import { openRawTable } from '../raw-copy.ts';
import { identifierOf, importLines, RECORDS } from '../records.ts';

const PREFIX = '88.102';

/**
 * `POST /api/v1/imports`: validation, versions, history and change feed for each row. Compared with a bare COPY of the same
 * bytes into one table with one index, which does none of that and is as fast as this server takes rows.
 */
export const bulkImport: Profile = {
  name: 'bulk-import',
  about: 'POST /api/v1/imports of 50,000 new identifiers, beside a bare COPY of the same rows into one indexed table',
  prepare: async (bench) => {
    const node = await startImporter(bench);
    const raw = await openRawTable(await bench.postgres.createDatabase('raw_copy'));
    bench.resources.add(() => raw.close());
    const postgres = await bench.postgres.served();
    const count = bench.options.records ?? RECORDS;
    let round = 0;
    // A length of its own, for the identifiers of a round must be new.
    const kind = () => `R${String(round).padStart(3, '0')}`;
    const measure = async (): Promise<Measurement> => {
      round++;
      const lines = [...importLines(PREFIX, { count, kind: kind() })];
      const comparedRate = count / (await raw.copy(lines));
      const cpu = cpuSeconds([node.served, postgres]);
      const begun = performance.now();
      await importRecords(node, lines);
      const elapsed = (performance.now() - begun) / 1000;
      const after = cpuSeconds([node.served, postgres]);
      const spent = after === null || cpu === null ? null : after - cpu;
      return {
        rate: count / elapsed,
        latency: null,
        perCpuSecond: spent === null || spent === 0 ? null : count / spent,
        serverCpu: spent === null ? null : spent / elapsed,
        generatorCpu: null,
        othersCpu: null,
        comparedRate,
        failures: [],
      };
    };
    const check = async () => {
      if (round === 0) await importRecords(node, importLines(PREFIX, { count: 100, kind: kind() }));
      for (const n of [0, 99]) await checkRecord(node.url, identifierOf(PREFIX, n, kind()));
    };
    return { unit: 'rows', check, measure };
  },
};

async function startImporter(bench: Bench): Promise<NodeServer> {
  const databaseUrl = await bench.postgres.createDatabase('importer');
  return bench.startNode('importer', { KAPOK_ROLE: 'industry', KAPOK_PREFIX: PREFIX, DATABASE_URL: databaseUrl });
}
