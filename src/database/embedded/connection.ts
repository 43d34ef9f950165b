import { Client } from 'pg';

/** One short-lived connection: the pool comes later, when the database of the node exists. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, application_name: 'kapok-start' });
  // A connection that breaks between two calls is reported by the next; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end();
  }
}
