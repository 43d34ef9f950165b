import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { until } from '../resolve/until.ts';
import { buildKapok } from './build-kapok.ts';
import { demoFolder, findPostmaster, isAlive, lineOf, spawnDemo } from './demo-process.ts';

t.setTimeout(600_000);

t.test('Ctrl-C while the demo starts leaves nothing behind', async (t) => {
  const folder = await demoFolder(t);
  const demo = spawnDemo(folder, await buildKapok());
  t.teardown(() => demo.kill('SIGKILL'));
  const exited = once(demo, 'exit');
  await lineOf(demo, /database server started/);
  const postmaster = await until(() => findPostmaster(folder));
  const nodes = await until(() => {
    const pids = childrenOf(demo.pid as number).filter((pid) => pid !== postmaster);
    return pids.length > 3 && pids;
  });
  demo.kill('SIGINT');
  const [code] = await exited;
  t.equal(code, 130, 'as shells know it');
  t.notOk(isAlive(postmaster), 'the database server is stopped');
  t.same(nodes.filter(isAlive), [], 'and so are the nodes');
  const state = JSON.parse(await readFile(join(folder, 'state.json'), 'utf8'));
  const settings = await readFile(join(folder, '88.env'), 'utf8');
  t.match(
    settings,
    `KAPOK_OPERATOR_TOKEN=${state['88'].operatorToken}\n`,
    'what a node was told is known to the next start',
  );
});

/** The processes that one has started. */
function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = stdout.trim().split('\n');
  return rows.flatMap((row) => {
    const [own, parent] = row.trim().split(/\s+/).map(Number);
    return parent === pid && own !== undefined ? [own] : [];
  });
}
