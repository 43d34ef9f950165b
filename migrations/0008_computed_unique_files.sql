-- Computed records 计算记录: one row answers for all suffixes that a pattern makes, but for those that have a row of their own
-- in `identifiers`. A pattern may stand several times, each with another range of its counter.
create table computed_records (
  prefix      text collate "C" not null,
  pattern     text collate "C" not null,
  range_from  bigint not null,           -- the first and the last number of the counter
  range_to    bigint not null,
  record      json not null,             -- the values, with places such as {counter} in their texts
  has_private boolean not null,
  ttl         integer not null,          -- as in identifiers
  version     bigint not null,           -- the version of the prefix that this row came with
  actor       text not null,
  updated_at  timestamptz not null default now(),
  primary key (prefix, pattern, range_from),
  check (range_from >= 0 and range_to >= range_from)
);

-- The texts that active records hold in the unique items of a template, whichever version of it they follow.
-- prefix and template name the template; holder_prefix and suffix_key the record.
create table unique_values (
  prefix        text collate "C" not null,
  template      text collate "C" not null,
  item_index    integer not null,
  value_hash    bytea not null,          -- SHA-256 of the text
  holder_prefix text collate "C" not null,
  suffix_key    text collate "C" not null,
  primary key (prefix, template, item_index, value_hash)
);
create index unique_values_by_holder on unique_values (holder_prefix, suffix_key);

-- Files that values of a record name by their SHA-256.
create table files (
  prefix      text collate "C" not null,
  sha256      bytea not null,
  size        integer not null,
  type        text not null,             -- found in the bytes
  name        text not null,             -- as it was uploaded first
  bytes       bytea not null,
  public      boolean not null,          -- readable without a credential
  actor       text not null,
  created_at  timestamptz not null default now(),
  primary key (prefix, sha256)
);
-- Pictures, PDF and archives are compressed already.
alter table files alter column bytes set storage external;
