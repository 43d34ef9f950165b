-- The catalogue 目录: public metadata of every identifier known here, this node's own and, where it delegates, those from below.
-- Search, reverse look-up and query by what a record says read it; whoever follows this node from above reads it by seq.
-- Only src/search/catalogue.ts writes it, one transaction at a time.
create table catalogue (
  prefix        text collate "C" not null,
  suffix_key    text collate "C" not null,
  identifier    text not null,           -- as it was first spelled
  version       bigint not null,
  source        text collate "C" not null, -- '': this node's own; else the delegated prefix whose node told of it
  status        text not null check (status in ('active', 'tombstone')),
  successor     text,
  template      text,
  owner         text,                    -- who wrote it last; known of own records alone
  name          text not null,
  record        json not null,           -- public values alone; [] of a tombstone
  updated_at    timestamptz not null,
  seq           bigint not null,         -- this row's last change in the order of commits
  bucket        smallint not null,       -- 0 to 255, from the key: what two nodes compare at a time
  digest        bigint not null,         -- of all that two nodes must agree on
  public_terms  tsvector not null,
  private_terms tsvector,                -- terms of all readable values, where some are not public; own records alone
  public_facts  text[] not null,
  private_facts text[] not null,         -- those that are not public facts; own records alone
  primary key (prefix, suffix_key)
);
create index catalogue_by_seq on catalogue (seq);
create index catalogue_by_source on catalogue (source, bucket);
-- Without the pending list of new entries, which every search would have to read through.
create index catalogue_public_terms on catalogue using gin (public_terms) with (fastupdate = off);
create index catalogue_private_terms on catalogue using gin (private_terms) with (fastupdate = off)
  where private_terms is not null;
create index catalogue_public_facts on catalogue using gin (public_facts) with (fastupdate = off);
create index catalogue_private_facts on catalogue using gin (private_facts) with (fastupdate = off);

-- One row: the newest seq, and how many rows there are.
create table catalogue_state (
  singleton   boolean primary key default true check (singleton),
  head        bigint not null default 0,
  rows        bigint not null default 0
);
insert into catalogue_state default values;

-- One row: how far the catalogue shows this node's own changes. holder is the process that sees to it until held_until, when
-- another may; refilled is how far the prefix whose change comes next has been read anew (null: not begun).
create table catalogue_cursor (
  singleton   boolean primary key default true check (singleton),
  cursor      bigint not null default 0,
  refilled    text collate "C",
  holder      uuid,
  held_until  timestamptz not null default now()
);
insert into catalogue_cursor default values;

-- Public words, for queries that are misspelled. near holds the word and what is left of it without any one character: two
-- words that share one of these differ by one slip. Edit distance by an index, without an extension that a database role may
-- not create and that knows no Chinese under the C locale.
create table vocabulary (
  term        text collate "C" primary key,
  documents   bigint not null,           -- about how many records had it when they were written
  near        text[] not null
);
create index vocabulary_near on vocabulary using gin (near);

-- What search leaves out.
create index prefixes_withdrawn on prefixes (prefix) where status <> 'active';
