-- Prefixes that were applied for 前缀分配: who holds each, and in which state that is. What it means in resolution stands in
-- `prefixes`, and both change in one transaction. A prefix without a row was never applied for.
create table allotments (
  prefix           text collate "C" primary key,
  parent           text collate "C" not null,
  organisation     uuid,                    -- null: free
  state            text not null check (state in ('free', 'applied', 'under_review', 'returned', 'refused', 'cancelled',
                     'allotted', 'suspended', 'quarantined')),
  label            text not null default '', -- a name for people
  purpose          text not null default '', -- what the applicant says it is for
  remarks          text,                    -- what the authority said last
  applied_at       timestamptz,
  allotted_at      timestamptz,
  quarantine_until timestamptz,
  version          bigint not null default 1,
  updated_at       timestamptz not null default now(),
  check ((organisation is null) = (state = 'free'))
);
create index allotments_by_organisation on allotments (organisation, prefix);
create index allotments_by_state on allotments (state, prefix);
create index allotments_in_quarantine on allotments (quarantine_until) where state = 'quarantined';

-- What may be applied for below a prefix. next is where the search for a free number begins.
create table allotment_rules (
  parent           text collate "C" primary key,
  labels           text not null check (labels in ('digits', 'alphanumeric')),
  min_length       integer not null check (min_length >= 1),
  max_length       integer not null check (max_length >= min_length),
  reserved         jsonb not null default '[]',  -- [{"from": 1, "to": 99}]: numbers that nobody is given
  next             bigint not null default 1
);

-- What former holders of a prefix wrote, moved here when it becomes free: whoever holds it next reads none of it. No answer of
-- the node comes from this table.
create table retired_versions (
  prefix           text collate "C" not null,
  suffix_key       text collate "C" not null,
  version          bigint not null,
  record           json,
  successor        text,
  actor            text not null,
  written_at       timestamptz not null,
  retired_at       timestamptz not null default now(),
  primary key (prefix, suffix_key, version)
);
