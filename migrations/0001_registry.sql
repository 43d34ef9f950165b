-- Every table but `node` starts its primary key with the prefix, and nothing refers across prefixes: each can be
-- hash-partitioned by prefix, or given that column as its distribution key, without a change to a statement.

-- The node itself: one row. `feed_head` is the number of the newest change. Whoever writes takes its next numbers as the
-- last statement before commit, so the order of numbers is the order of commits and a reader by cursor misses nothing.
create table node (
  singleton  boolean primary key default true check (singleton),
  id         uuid not null default gen_random_uuid(),
  feed_head  bigint not null default 0,
  created_at timestamptz not null default now()
);
insert into node default values;

-- The prefixes this node answers for: hosted here (site is null) or delegated to a site.
create table prefixes (
  prefix      text collate "C" primary key,
  status      text not null check (status in ('active', 'suspended', 'revoked')),
  site        json,
  ttl         integer not null check (ttl >= 0),
  suffix_case text not null check (suffix_case in ('insensitive', 'sensitive')),
  label       text not null default '',
  version     bigint not null,
  updated_at  timestamptz not null default now()
);

-- One row an identifier. suffix_key is the suffix as its prefix compares it, suffix as it was first spelled.
-- record holds the values as the JSON array that answers carry, so a hit is passed on without being parsed.
create table identifiers (
  prefix      text collate "C" not null,
  suffix_key  text collate "C" not null,
  suffix      text not null,
  version     bigint not null,
  record      json,                      -- null: a tombstone
  has_private boolean not null,          -- some value is not public: answers must leave it out
  ttl         integer not null,          -- seconds an answer may be kept; -1: work it out from the values
  successor   text,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  primary key (prefix, suffix_key)
);

create table identifier_versions (
  prefix      text collate "C" not null,
  suffix_key  text collate "C" not null,
  version     bigint not null,
  record      json,
  successor   text,
  actor       text not null,             -- the token that wrote it
  written_at  timestamptz not null default now(),
  primary key (prefix, suffix_key, version)
);

-- The change feed. suffix_key is null for a change of the prefix itself.
create table changes (
  seq         bigint primary key,
  prefix      text collate "C" not null,
  suffix_key  text collate "C",
  version     bigint not null,
  changed_at  timestamptz not null default now()
);

-- Bearer tokens: the SHA-256 of 256 random bits, valid for `scope` and all prefixes below it; '' is the whole node.
create table tokens (
  scope       text collate "C" not null,
  id          uuid not null default gen_random_uuid(),
  hash        bytea not null,
  label       text not null,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz,
  revoked_at  timestamptz,
  primary key (scope, id)
);
create index tokens_by_hash on tokens (hash);
