import type { Test } from 'tap';
import { startDatabases, type TestDatabases } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { startTestNode, type TestNode } from '../support/node.ts';

export interface Tree {
  readonly databases: TestDatabases;
  /** 88, which recurses. */
  readonly top: TestNode;
  /** 88.101: delegates 88.101.7, hosts itself and 88.101.5. */
  readonly industry: TestNode;
  /** 88.101.7; another object after each start. */
  readonly enterprise: TestNode;
  /** Starts the enterprise node again, on its port and its database. */
  restartEnterprise(): Promise<void>;
}

/** Three nodes in this process, with their delegations; each has its own database. */
export async function startTree(t: Test, settings: Record<string, string> = {}): Promise<Tree> {
  const databases = await startDatabases(t);
  const start = async (role: string, prefix: string) => {
    const own = { KAPOK_ROLE: role, KAPOK_PREFIX: prefix, DATABASE_URL: await databases.create() };
    return startTestNode(t, { ...own, ...settings });
  };
  const top = await start('top', '88');
  const industry = await start('industry', '88.101');
  const enterpriseSettings = {
    KAPOK_ROLE: 'enterprise',
    KAPOK_PREFIX: '88.101.7',
    KAPOK_PORT: String(await freePort()),
    DATABASE_URL: await databases.create(),
    ...settings,
  };
  let enterprise = await startTestNode(t, enterpriseSettings);
  await putPrefix(top, '88.101', { url: industry.url, label: '汽车 / Automotive' });
  await putPrefix(industry, '88.101.7', { url: enterprise.url });
  await putPrefix(industry, '88.101.5', {});
  return {
    databases,
    top,
    industry,
    get enterprise() {
      return enterprise;
    },
    restartEnterprise: async () => {
      enterprise = await startTestNode(t, enterpriseSettings);
    },
  };
}

export async function putPrefix(node: TestNode, prefix: string, settings: object): Promise<void> {
  const { status, text } = await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: settings });
  if (status >= 300) throw new Error(text);
}

/** Writes a record whose one value says `data`. */
export async function putRecord(node: TestNode, identifier: string, data = 'first'): Promise<void> {
  const path = `/api/handles/${encodeURIComponent(identifier)}`;
  const { status, text } = await node.call('PUT', path, { body: [{ index: 1, type: 'NAME', data }] });
  if (status >= 300) throw new Error(text);
}
