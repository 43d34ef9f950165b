import { generateKeyPairSync } from 'node:crypto';
import { siteOfUrl } from '../src/record/site.ts';
import type { Key } from '../src/record/value.ts';
import { DEFAULT_DELEGATION_TTL } from '../src/registry/prefix-entry.ts';
import { copyLines, lineOf } from './copy-lines.ts';
import { makeSchema } from './fill-identifiers.ts';
import { withClient } from './with-client.ts';

const TARGET = 'prefixes (prefix, status, site, ttl, suffix_case, version)';
/** The discard port of this machine: whoever follows what is below is refused at once. */
const SITE = 'http://127.0.0.1:9';

/** The prefix of a number, below the node's own. */
export function delegatedPrefix(own: string, n: number): string {
  return `${own}.${1_000_000 + n}`;
}

/** So many prefixes that are delegated, in the database of a node that has not started yet. */
export async function fillDelegations(databaseUrl: string, { own, count }: { own: string; count: number }) {
  await makeSchema(databaseUrl);
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ number: string }>(
      'select count(*) as number from prefixes where site is not null',
    );
    if (Number(rows[0]?.number) === count) return;
    // An earlier run may have been cut in the middle.
    await client.query('truncate prefixes');
    await copyLines(client, TARGET, prefixLines({ own, count }));
    await client.query('vacuum (analyze) prefixes');
    await client.query('checkpoint');
  });
}

function* prefixLines({ own, count }: { own: string; count: number }): Generator<string> {
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) as Key;
  const site = JSON.stringify(siteOfUrl(SITE, { description: 'bench', publicKey }));
  for (let n = 0; n < count; n++)
    yield lineOf([delegatedPrefix(own, n), 'active', site, DEFAULT_DELEGATION_TTL, 'insensitive', 1]);
}
