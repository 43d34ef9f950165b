import { Database } from '../../../src/database/database.ts';
import { appendNotice } from '../../../src/governance/notices/append-notice.ts';
import { startDatabases } from '../../support/database.ts';
import { startTestNode, type TestNode } from '../../support/node.ts';
import { verifiedOrganisation } from '../../support/organisation.ts';

interface Teardown {
  teardown(work: () => Promise<unknown>): void;
}

/** Of a node whose webhooks may reach this machine. */
export const SETTINGS = {
  KAPOK_PREFIX: '88.101',
  KAPOK_WEBHOOK_NETWORKS: '127.0.0.0/8',
  KAPOK_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
};

/** A node with an organisation, and its database; `start` starts it, in this process unless it says otherwise. */
export async function openNode<N extends Pick<TestNode, 'call'> = TestNode>(
  t: Teardown,
  start: (t: Teardown, settings: Record<string, string>) => Promise<N> = startTestNode as never,
) {
  const url = await (await startDatabases(t)).create();
  const node = await start(t, { ...SETTINGS, DATABASE_URL: url });
  const database = new Database({ url, poolSize: 2 });
  t.teardown(() => database.close());
  const organisation = await verifiedOrganisation(node as Pick<TestNode, 'call'> as TestNode, 1);
  /** Tells the organisation so much, in one transaction each. */
  const tell = async (...numbers: number[]) => {
    for (const n of numbers) {
      await database.transaction((tx) =>
        appendNotice(tx, {
          organisation: organisation.id,
          ...{ kind: 'sample', prefix: null, about: { kind: 'sample', id: String(n) }, body: { n } },
        }),
      );
    }
  };
  const call = (method: string, path: string, body?: object) =>
    node.call(method, `/api/v1/webhooks${path}`, {
      ...{ token: organisation.token },
      ...(body === undefined ? {} : { body }),
    });
  const add = async (endpoint: string) =>
    (await call('POST', '', { organisation: organisation.id, url: endpoint })).json;
  const deliveriesOf = async (id: string) => (await call('GET', `/${id}/deliveries`)).json.deliveries;
  /** The waits are over. */
  const hurry = (id: string) => database.query('update webhooks set next_at = now() where id = $1', [id]);
  return { url, node, database, organisation, tell, call, add, deliveriesOf, hurry };
}
