-- Imports under way and of the last days. They are the node's own, and short-lived: the rows of one may lie below any prefix,
-- so this key does not begin with one.
create table import_jobs (
  id            uuid primary key,
  state         text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  format        text not null check (format in ('ndjson', 'csv')),
  overwrite     boolean not null,
  dry_run       boolean not null,
  actor         text not null,           -- who started it, as history names him
  subject       text,                    -- whom his credential spoke for: his rights are asked for again with each chunk
  scopes        text[] not null,         -- where he could register: who can do so in all of it sees the job
  size          bigint not null,         -- bytes of the file
  -- How far it is: the transaction of each chunk moves these on.
  read_bytes    bigint not null default 0,
  read_lines    bigint not null default 0,
  created       bigint not null default 0,
  replaced      bigint not null default 0,
  failed        bigint not null default 0,
  result_bytes  bigint not null default 0,   -- of the file of results: what lies behind them is not committed
  -- Whose it is: a process that lives renews the lease.
  runner        uuid,
  lease_until   timestamptz,
  cancelling    boolean not null default false,
  error         json,
  created_at    timestamptz not null default now(),
  started_at    timestamptz,
  ended_at      timestamptz
);
create index import_jobs_open on import_jobs (created_at) where state in ('queued', 'running');
create index import_jobs_ended on import_jobs (ended_at);
