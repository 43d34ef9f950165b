-- The report stream 上报流: what a node tells the one above of what it governs, its own reports and those it was told from below.
-- `data` is what the table of that kind asks for. Numbered in the order of commits: the row of report_state is held until then.
create table reports (
  prefix   text collate "C" not null,    -- what it is about
  kind     text collate "C" not null,
  key      text collate "C" not null,
  source   text collate "C" not null,    -- '': this node; else the delegated prefix whose node told of it
  version  bigint not null,
  data     jsonb not null,
  seq      bigint not null,              -- this row's last change
  bucket   smallint not null,
  digest   bigint not null,
  primary key (prefix, kind, key)
);
create index reports_by_seq on reports (seq);
create index reports_by_source on reports (source, bucket) include (prefix, digest);

create table report_state (
  singleton boolean primary key default true check (singleton),
  id        uuid not null default gen_random_uuid(),
  head      bigint not null default 0
);
insert into report_state default values;

-- How far the stream of each node below was read.
create table report_followed (
  prefix   text collate "C" primary key,
  site     text not null,                -- the delegation that the cursor is of
  stream   text,
  cursor   bigint not null default 0
);
