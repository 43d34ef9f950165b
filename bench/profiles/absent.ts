import { prepareBeside } from '../beside.ts';
import { checkAbsent } from '../checks.ts';
import { resolveAll } from '../fill.ts';
import type { Profile } from '../profile.ts';
import { absentIdentifiers } from '../requests.ts';
import { residentBytes } from '../resident.ts';
import { StatementCounter } from '../statement-counter.ts';
import { ratio } from '../statistics.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { INDUSTRY } from '../worlds/industry.ts';
import { hotLoad } from './memory-hit.ts';

/**
 * A flood of random names that were never registered, each a new one, beside what the same node answers from memory. Its
 * statements to the database are counted on their way, by a proxy between the two.
 */
export const absent: Profile = {
  name: 'absent',
  about: 'GET of random identifiers that were never registered, beside memory hits; statements and memory counted',
  prepare: async (bench) => {
    const { settings, hot } = await bench.industry();
    const statements = new StatementCounter();
    const proxy = await startTcpProxy(settings.DATABASE_URL as string, { watch: () => statements.watch() });
    bench.resources.add(() => proxy.cut());
    const node = await bench.startNode('absent', { ...settings, DATABASE_URL: proxy.url });
    await resolveAll(node, hot);
    const served = [node.served, await bench.postgres.served()];
    // The node alone: what PostgreSQL holds is shared, and may lie on another machine.
    const memory = () => residentBytes([node.served]);
    let before = { statements: 0, resident: memory() };
    const load = {
      url: node.url,
      source: { kind: 'absent', prefix: INDUSTRY },
      status: 404,
      evenLength: true,
      served,
      check: async () => {
        for (const identifier of absentIdentifiers(INDUSTRY, 20)) await checkAbsent(node.url, identifier);
      },
    } as const;
    return prepareBeside(bench, load, {
      profile: hotLoad(node, hot),
      name: 'requests/s to memory hits of the same node',
      least: 0.8,
      begin: () => {
        before = { statements: statements.count, resident: memory() };
      },
      more: ({ result }) => [
        {
          name: 'database statements to requests',
          value: ratio(statements.count - before.statements, result.answered),
          most: 0.01,
        },
        { name: 'memory of the node after to before', value: ratio(memory(), before.resident), most: 1.1 },
      ],
    });
  },
};
