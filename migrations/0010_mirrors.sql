-- Which catalogue this is: who follows it by seq begins anew when it was emptied and filled again, with a new id.
alter table catalogue_state add column id uuid not null default gen_random_uuid();

-- Comparing two nodes reads the digests of whole subtrees: from the index alone.
drop index catalogue_by_source;
create index catalogue_by_source on catalogue (source, bucket) include (prefix, digest);

-- Mirrors 镜像: how far this node has followed the catalogues of those that it delegates to. A row is written in the
-- transaction that stores what the feed told, so that neither is there without the other.
create table mirrors (
  prefix        text collate "C" primary key,   -- the delegated prefix, and the source of its rows in the catalogue
  site          text not null,                  -- what the delegation said when the feed was followed from its beginning
  feed          text,                           -- the id of the catalogue there; null: not known yet
  cursor        bigint not null default 0,      -- the seq up to which it was applied
  withdrawn     text not null default '',       -- what the node there has suspended or revoked, as a mark to compare
  reconciled_at timestamptz,                    -- null: digests are to be compared as soon as possible
  failures      integer not null default 0,     -- in a row
  last_error    text,
  updated_at    timestamptz not null default now(),
  holder        uuid,                           -- the process of this node that follows it, until
  held_until    timestamptz
);
