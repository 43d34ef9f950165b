import { BareServer } from './bare.ts';
import { Generator } from './load.ts';
import { type NodeServer, startNodeServer } from './node-server.ts';
import { once } from './once.ts';
import type { BenchOptions } from './options.ts';
import { PostgresServer } from './postgres-server.ts';
import { openRedis } from './redis-server.ts';
import type { Resources } from './resources.ts';
import { type Filled, fillNode } from './worlds/filled.ts';
import { type Industry, startIndustry } from './worlds/industry.ts';

type Opening = Pick<Bench, 'folder' | 'resources' | 'progress'>;

/** What every profile stands on: the servers that the bench has started, each when the first profile needs it. */
export class Bench {
  readonly options: BenchOptions;
  readonly folder: string;
  readonly resources: Resources;
  readonly generator: Generator;
  readonly bare: BareServer;
  /** Says what takes its time. */
  readonly progress: (text: string) => void;
  readonly postgres: PostgresServer;
  readonly redis = once(() => openRedis(this.folder, this.resources));
  /** The node that hosts the records of most profiles. */
  readonly industry: () => Promise<Industry> = once(() => startIndustry(this));
  readonly #filled = new Map<number, Promise<Filled>>();
  /** Settings of every node that are not the default, and why. */
  nodeSettings: Readonly<Record<string, string>> = {};

  private constructor(opening: Opening & Pick<Bench, 'options' | 'generator' | 'bare'>) {
    this.options = opening.options;
    this.folder = opening.folder;
    this.resources = opening.resources;
    this.generator = opening.generator;
    this.bare = opening.bare;
    this.progress = opening.progress;
    this.postgres = new PostgresServer(opening);
  }

  static async open(options: BenchOptions, opening: Opening): Promise<Bench> {
    const { folder, resources } = opening;
    const generator = await Generator.start(folder);
    resources.add(() => generator.close());
    const bare = await BareServer.start(folder);
    resources.add(() => bare.close());
    return new Bench({ options, ...opening, generator, bare });
  }

  /** The database of a node with so many records, filled once. */
  filled(count: number): Promise<Filled> {
    const known = this.#filled.get(count);
    if (known !== undefined) return known;
    const filling = fillNode(this, count);
    this.#filled.set(count, filling);
    return filling;
  }

  async startNode(name: string, settings: Readonly<Record<string, string>>): Promise<NodeServer> {
    const { folder, nodeSettings } = this;
    const node = await startNodeServer({ name, folder, settings: { ...nodeSettings, ...settings } });
    this.resources.add(() => node.close());
    return node;
  }
}
