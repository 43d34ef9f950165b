import { BareServer } from './bare.ts';
import { Generator } from './load.ts';
import { type NodeServer, startNodeServer } from './node-server.ts';
import { once } from './once.ts';
import type { BenchOptions } from './options.ts';
import { PostgresServer } from './postgres-server.ts';
import { openRedis } from './redis-server.ts';
import type { Resources } from './resources.ts';
import { type Industry, startIndustry } from './worlds/industry.ts';

/** What every profile stands on: the servers that the bench has started, each when the first profile needs it. */
export class Bench {
  readonly options: BenchOptions;
  readonly folder: string;
  readonly resources: Resources;
  readonly generator: Generator;
  readonly bare: BareServer;
  readonly postgres: PostgresServer;
  readonly redis = once(() => openRedis(this.folder, this.resources));
  /** The node that hosts the records of most profiles. */
  readonly industry: () => Promise<Industry> = once(() => startIndustry(this));
  /** Settings of every node that are not the default, and why. */
  nodeSettings: Readonly<Record<string, string>> = {};

  private constructor(opening: Pick<Bench, 'options' | 'folder' | 'resources' | 'generator' | 'bare'>) {
    this.options = opening.options;
    this.folder = opening.folder;
    this.resources = opening.resources;
    this.generator = opening.generator;
    this.bare = opening.bare;
    this.postgres = new PostgresServer(opening);
  }

  static async open(options: BenchOptions, { folder, resources }: Pick<Bench, 'folder' | 'resources'>): Promise<Bench> {
    const generator = await Generator.start(folder);
    resources.add(() => generator.close());
    const bare = await BareServer.start(folder);
    resources.add(() => bare.close());
    return new Bench({ options, folder, resources, generator, bare });
  }

  async startNode(name: string, settings: Readonly<Record<string, string>>): Promise<NodeServer> {
    const { folder, nodeSettings } = this;
    const node = await startNodeServer({ name, folder, settings: { ...nodeSettings, ...settings } });
    this.resources.add(() => node.close());
    return node;
  }
}
