/** What of a table a deposit holds. Rows are those of its columns but for `without`. */
export interface DepositTable {
  readonly table: string;
  /**
   * - `whole`: all of it in every deposit; it takes the place of what was there.
   * - `records`: of an incremental one, all rows of the identifiers that have changed since the deposit before.
   * - `appended`: of an incremental one, the rows with a greater `number`; rows never change, and only
   *   the oldest are ever cleared away.
   * - `bytes`: as `whole`; bytes that the deposit before holds are left out, for they never change.
   */
  readonly how: 'whole' | 'records' | 'appended' | 'bytes';
  /** Of `records`: the columns that name the identifier, `prefix` and `suffix_key` when absent. */
  readonly prefix?: string;
  readonly suffixKey?: string;
  /** Of `appended`: the column that grows in the order of commits. */
  readonly number?: string;
  /** Of `bytes`: the column of the bytes, that of the moment they were stored, and those that name them for ever. */
  readonly bytes?: string;
  readonly storedAt?: string;
  readonly named?: readonly string[];
  readonly without?: readonly string[];
}

/** In the order in which a restore fills them. */
export const DEPOSITED: readonly DepositTable[] = [
  // The private key is among the keys of a deposit, which are sealed on their own.
  { table: 'node', how: 'whole', without: ['private_key'] },
  { table: 'prefixes', how: 'whole' },
  { table: 'identifiers', how: 'records' },
  { table: 'identifier_versions', how: 'records' },
  { table: 'unique_values', how: 'records', prefix: 'holder_prefix', suffixKey: 'suffix_key' },
  { table: 'computed_records', how: 'whole' },
  { table: 'templates', how: 'whole' },
  { table: 'files', how: 'bytes', bytes: 'bytes', storedAt: 'created_at', named: ['prefix', 'sha256'] },
  { table: 'counters', how: 'whole' },
  { table: 'tokens', how: 'whole' },
  { table: 'grants', how: 'whole' },
  { table: 'changes', how: 'appended', number: 'seq' },
  { table: 'organisations', how: 'whole' },
  { table: 'organisation_documents', how: 'whole' },
  { table: 'organisation_members', how: 'whole' },
  { table: 'organisation_attachments', how: 'bytes', bytes: 'sealed', storedAt: 'created_at', named: ['id'] },
  { table: 'filings', how: 'whole' },
  { table: 'filing_numbers', how: 'whole' },
  { table: 'holidays', how: 'whole' },
  { table: 'allotment_rules', how: 'whole' },
  { table: 'allotments', how: 'whole' },
  { table: 'retired_versions', how: 'whole' },
  { table: 'statistics_hourly', how: 'whole' },
  { table: 'statistics_sources', how: 'whole' },
  { table: 'statistics_peaks', how: 'whole' },
  { table: 'statistics_uptime', how: 'whole' },
  { table: 'statistics_cursor', how: 'whole' },
  { table: 'moves', how: 'whole' },
  { table: 'transfers', how: 'whole' },
  { table: 'enrolments', how: 'whole' },
  { table: 'node_delegation', how: 'whole' },
  { table: 'reports', how: 'whole' },
  // Its id is another one after a restore: whoever reads the stream must not take its numbers for those of before.
  { table: 'report_state', how: 'whole', without: ['id'] },
  { table: 'standbys', how: 'whole' },
  { table: 'events', how: 'whole' },
  { table: 'governance_head', how: 'whole' },
  { table: 'audit_entries', how: 'appended', number: 'seq' },
  { table: 'audit_checkpoints', how: 'whole' },
  { table: 'notices', how: 'whole' },
  { table: 'webhooks', how: 'whole' },
  { table: 'webhook_deliveries', how: 'whole' },
];

/** Tables of which a deposit holds nothing, with the reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  migrations: 'the manifest names them, and a restore applies them',
  idempotency_keys: 'they live a day, and answer only whoever asks again in that time',
  sessions: 'they live an hour; who had one proves his key again',
  call_nonces: 'they live for minutes',
  import_jobs: 'their files lie in the data folder of the machine that is gone; an import is sent again',
  catalogue: 'made anew: of own records from the change feed, of others by following their nodes',
  catalogue_state: 'it names one filling of the catalogue; whoever follows it compares anew',
  catalogue_cursor: 'how far the catalogue of this database was filled',
  vocabulary: 'made of the catalogue',
  audit_pending: 'a transaction has emptied it before its end',
  report_followed: 'how far this database has read the reports of others',
  mirrors: 'how far this database has followed others',
  statistics_seconds: 'they live an hour, and only the greatest of them counts',
  probes: 'the last rounds of probes alone; new ones are made as soon as the node runs',
  probe_turns: 'when each prefix is probed next',
  escrow_deposits: 'a list of deposits cannot hold the one that holds it',
  escrow_claim: 'which process of the node sees to the deposit of the day',
};
