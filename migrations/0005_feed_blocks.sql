-- The newest version of a record is in identifiers alone, with who wrote it; identifier_versions keeps what it took the
-- place of. So a new record is one row, not two.
alter table identifiers add column actor text;
update identifiers i set actor = v.actor, updated_at = v.written_at
  from identifier_versions v where v.prefix = i.prefix and v.suffix_key = i.suffix_key and v.version = i.version;
delete from identifier_versions v using identifiers i
  where v.prefix = i.prefix and v.suffix_key = i.suffix_key and v.version = i.version;
alter table identifiers alter column actor set not null;

-- The whole history of a record. Version 0 is a name that a writer has claimed and not filled yet.
create view record_versions as
  select prefix, suffix_key, version, record, successor, actor, updated_at as written_at from identifiers where version > 0
  union all
  select prefix, suffix_key, version, record, successor, actor, written_at from identifier_versions;

-- The change feed in blocks: what one transaction changed below one prefix. seq is the number of the last change of the
-- block; change i of 1 to size has the number seq - size + i. suffix_keys is null for a change of the prefix itself.
alter table changes rename to single_changes;
alter table single_changes rename constraint changes_pkey to single_changes_pkey;
create table changes (
  seq         bigint primary key,
  size        integer not null check (size > 0),
  prefix      text collate "C" not null,
  suffix_keys text[],
  versions    bigint[] not null,
  changed_at  timestamptz not null default now(),
  check (cardinality(versions) = size and (suffix_keys is null or cardinality(suffix_keys) = size))
);
insert into changes (seq, size, prefix, suffix_keys, versions, changed_at)
  select max(seq), count(*), prefix, case when of_prefix then null else array_agg(suffix_key order by seq) end,
    array_agg(version order by seq), changed_at
  from (
    select *, seq - row_number() over (partition by prefix, changed_at, of_prefix order by seq) as run,
      (row_number() over (partition by prefix, changed_at, of_prefix order by seq) - 1) / 2000 as part
    from (select *, suffix_key is null as of_prefix from single_changes) as told
  ) as numbered
  group by prefix, changed_at, of_prefix, run, part;
drop table single_changes;
