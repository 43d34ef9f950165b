-- Answers to writes that carried an idempotency key, for a day. answer is null only inside the transaction that writes it.
create table idempotency_keys (
  prefix      text collate "C" not null,
  actor       text not null,             -- the token that wrote
  key         text collate "C" not null,
  request     bytea not null,            -- SHA-256 of what was asked
  answer      json,
  created_at  timestamptz not null default now(),
  primary key (prefix, actor, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- The next number of each pattern that mints suffixes.
create table counters (
  prefix      text collate "C" not null,
  pattern     text collate "C" not null,
  next        bigint not null,
  primary key (prefix, pattern)
);
