import { nodeFolderOf, secretKeyFileOf } from '../config/data-folder.ts';
import { Database } from '../database/database.ts';
import { startEmbeddedPostgres } from '../database/embedded/embedded-postgres.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { findChain } from '../governance/escrow/deposit-chain.ts';
import { assertWhole, listDeposits } from '../governance/escrow/deposit-file.ts';
import { restoreDeposits } from '../governance/escrow/restore-deposits.ts';
import { writeKeyFile } from '../governance/secrets/key-file.ts';
import { readKeyFile } from './escrow-key-file.ts';
import { type OutputOptions, print } from './output.ts';

export interface RestoreOptions extends OutputOptions {
  readonly key: string;
  readonly keysKey?: string;
  readonly newIdentity?: true;
  readonly signer?: string;
  readonly database?: string;
  readonly dataDir?: string;
  readonly secretKeyOut?: string;
}

/** `kapok escrow restore FOLDER`: a node from its newest deposit. */
export async function restoreNode(folder: string, options: RestoreOptions): Promise<void> {
  const chain = findChain(await listDeposits(folder), options.signer ?? null);
  for (const deposit of chain) await assertWhole(deposit);
  const key = readKeyFile(options.key);
  const keysKey = options.keysKey === undefined ? key : readKeyFile(options.keysKey);
  const identity = options.newIdentity ? 'new' : 'kept';
  const name = chain.at(-1)?.manifest.name ?? '';
  const { manifest, digest } = await withDatabase(options, name, (database) =>
    restoreDeposits(database, { chain, key, keysKey, identity, keepSecretKey: secretKeeper(options, name) }),
  );
  const { watermark, state } = manifest;
  const restored = {
    name,
    watermark,
    deposits: chain.length,
    digest,
    identity,
    state,
  };
  const rows = Object.entries(state).map(([table, { rows, digest }]) => `${table}\t${rows}\t${digest}`);
  const summary = `${name} is restored up to change ${watermark}, from ${chain.length} deposits. Digest, as signed and as counted: ${digest}`;
  print(restored, options, [...rows, summary].join('\n'));
}

/** Under KAPOK_SECRET_KEY, or in the file that the node reads, personal data is open to it again. */
function secretKeeper({ secretKeyOut, dataDir }: RestoreOptions, name: string): (key: Buffer) => Promise<void> {
  const file = secretKeyOut ?? (dataDir === undefined ? undefined : secretKeyFileOf(dataDir, name));
  return async (key) => {
    if (file === undefined) {
      const message =
        'The deposit holds the key of the personal data: say with --secret-key-out where it is to be kept';
      throw new KapokError('INVALID_SETTING', { message, at: '--secret-key-out' });
    }
    if (await writeKeyFile(file, key)) return;
    throw new KapokError('INVALID_SETTING', { message: `${file} exists; it is not overwritten`, at: file });
  };
}

type Where = Pick<RestoreOptions, 'database' | 'dataDir'>;

async function withDatabase<T>(
  { database: url, dataDir }: Where,
  name: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  if ((url === undefined) === (dataDir === undefined))
    throw new KapokError('INVALID_SETTING', { message: 'Give --database or --data-dir, one of both' });
  if (url !== undefined) return withUrl(url, work);
  const server = await startEmbeddedPostgres({ dataDir: nodeFolderOf(dataDir as string, name) });
  try {
    await server.ensureDatabase('kapok');
    return await withUrl(server.url('kapok'), work);
  } finally {
    await server.close();
  }
}

async function withUrl<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = new Database({ url, poolSize: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
