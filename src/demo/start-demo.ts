import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readVariable } from '../config/environment.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded/embedded-postgres.ts';
import { type ChildNode, startChildNode } from './child-node.ts';
import { type DemoNodePlan, demoPlan } from './data/plan.ts';
import { FreePorts } from './free-port.ts';
import { Interruption } from './interruption.ts';
import { introduction } from './introduction.ts';
import { delegate, grantFeed, seedNode } from './seed-node.ts';
import { type DemoState, readState, stateOf, writePrivateFile, writeState } from './state.ts';

export interface DemoOptions {
  /** Where the demo's state lives; it is made when absent, and found again by the next start. */
  readonly dataDir: string;
  readonly print: (line: string) => void;
}

/** A node of the demo as `demo.json` describes it. */
export interface DemoNode {
  readonly prefix: string;
  readonly role: string;
  readonly url: string;
  readonly pid: number;
  readonly operatorToken: string;
}

export interface Demo {
  readonly nodes: readonly DemoNode[];
  close(): Promise<void>;
}

/** Starts the demo tree: one embedded PostgreSQL server, a database and a process for each node, all side by side. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const began = Date.now();
  const { print } = options;
  const dataDir = resolve(options.dataDir);
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  const interruption = new Interruption();
  const { signal } = interruption;
  try {
    // Others may pass through to the database server's own folder, which as root runs under another uid.
    await mkdir(join(dataDir, 'logs'), { recursive: true, mode: 0o711 });
    const log = (message: string) => print(`postgres: ${message}`);
    const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), log });
    closers.push(() => postgres.close());
    signal.throwIfAborted();
    const state = await readState(dataDir);
    const plans = demoPlan();
    for (const { prefix } of plans) stateOf(state, prefix);
    // Before a node has stored its token: a start that breaks off must not leave tokens that nobody knows any more.
    await writeState(dataDir, state);
    const children = await startNodes({ plans, state, postgres, dataDir, print, signal });
    closers.push(async () => {
      await Promise.all(children.map((child) => child.close()));
    });
    const nodes = plans.map(({ prefix, role }, i): DemoNode => {
      const { url, pid } = children[i] as ChildNode;
      return { prefix, role, url, pid, operatorToken: stateOf(state, prefix).operatorToken };
    });
    await connect({ plans, nodes, state });
    signal.throwIfAborted();
    await writeState(dataDir, state);
    const file = join(dataDir, 'demo.json');
    await writePrivateFile(file, `${JSON.stringify({ nodes }, null, 2)}\n`);
    print(introduction({ plans, nodes, file, seconds: (Date.now() - began) / 1000 }));
    return { nodes, close };
  } catch (error) {
    await close();
    interruption.raise();
    throw error;
  } finally {
    interruption.end();
  }
}

interface Starting {
  readonly plans: readonly DemoNodePlan[];
  readonly state: DemoState;
  readonly postgres: EmbeddedPostgres;
  readonly dataDir: string;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

async function startNodes({ plans, state, postgres, dataDir, print, signal }: Starting): Promise<ChildNode[]> {
  const host = readVariable('KAPOK_HOST') ?? '127.0.0.1';
  const preferred = ({ prefix, port }: DemoNodePlan) => stateOf(state, prefix).port ?? port;
  const ports = new FreePorts(host, plans.map(preferred));
  const settings: Record<string, string>[] = [];
  for (const plan of plans) {
    const database = `node_${plan.prefix.replaceAll('.', '_')}`;
    // One after the other: PostgreSQL copies its template database for one at a time.
    await postgres.ensureDatabase(database);
    const port = await ports.next(preferred(plan));
    stateOf(state, plan.prefix).port = port;
    settings.push({
      KAPOK_ROLE: plan.role,
      KAPOK_PREFIX: plan.prefix,
      KAPOK_HOST: host,
      KAPOK_PORT: String(port),
      KAPOK_DATABASE_POOL: '6',
      KAPOK_DATA_DIR: dataDir,
      KAPOK_OPERATOR_TOKEN: stateOf(state, plan.prefix).operatorToken,
      DATABASE_URL: postgres.url(database),
    });
  }
  const started = await Promise.allSettled(
    plans.map(async ({ prefix }, i) => {
      const own = settings[i] as Record<string, string>;
      const envFile = join(dataDir, `${prefix}.env`);
      await writePrivateFile(
        envFile,
        Object.entries(own)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      );
      const onExit = (reason: string) => {
        print(`Node ${prefix} is gone (${reason}). Start it again: npx kapok node --env-file ${envFile}`);
      };
      return startChildNode({ settings: own, logFile: join(dataDir, 'logs', `${prefix}.log`), onExit, signal });
    }),
  );
  const children = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = started.find((result) => result.status === 'rejected');
  if (failure === undefined) return children;
  await Promise.all(children.map((child) => child.close()));
  throw failure.reason;
}

/** What parents may follow, delegations where a site has moved, and records where there are none yet. */
async function connect({
  plans,
  nodes,
  state,
}: {
  plans: readonly DemoNodePlan[];
  nodes: readonly DemoNode[];
  state: DemoState;
}) {
  await Promise.all(
    plans.map(async (plan, i) => {
      const node = nodes[i] as DemoNode;
      const own = stateOf(state, plan.prefix);
      const moved = plans.flatMap((child, at) => {
        const { prefix, url } = nodes[at] as DemoNode;
        const label = `${child.name.zh} / ${child.name.en}`;
        return child.parent === plan.prefix && stateOf(state, prefix).delegatedTo !== url
          ? [{ prefix, url, label }]
          : [];
      });
      const parent = nodes.find(({ prefix }) => prefix === plan.parent);
      if (parent !== undefined) await grantFeed(node, parent);
      if (moved.length > 0) await delegate(node, moved);
      for (const { prefix, url } of moved) stateOf(state, prefix).delegatedTo = url;
      if (!own.seeded) await seedNode(node, plan);
      own.seeded = true;
    }),
  );
}
