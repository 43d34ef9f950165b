-- 监测: rounds of probes of the nodes that this one delegates to, the last ones of each prefix.
create table probes (
  prefix      text collate "C" not null,
  kind        text not null check (kind in ('resolution', 'registration')),
  at          timestamptz not null,
  tried       integer not null check (tried > 0),
  failed      integer not null check (failed between 0 and tried),
  milliseconds integer not null,         -- of the first that went well; 0: none did
  reason      text,                      -- of the last that failed
  primary key (prefix, kind, at)
);

-- When each prefix is to be probed next: of several processes one gets the turn.
create table probe_turns (
  prefix      text collate "C" primary key,
  next_at     timestamptz not null
);

-- Emergencies and their ends, as 附件2 numbers them: 异常, and 恢复正常 with the event that it ends.
create table events (
  prefix      text collate "C" not null,
  id          uuid not null,
  state       text not null check (state in ('abnormal', 'recovered')),
  ends        uuid,                      -- the event that it ends
  type        smallint not null check (type between 1 and 4),  -- 1 network, 2 system, 3 attack, 4 other
  reason      text not null,
  at          timestamptz not null,
  primary key (prefix, id),
  check ((state = 'recovered') = (ends is not null))
);
create index events_by_age on events (at);
create unique index events_ended on events (prefix, ends) where ends is not null;

-- 应急接管: where a prefix is answered when its own site is not there.
create table standbys (
  prefix       text collate "C" primary key,
  site         json not null,
  auto         boolean not null,         -- take over without being told
  primary_site json,                     -- where it pointed before; null: it is not taken over
  taken_at     timestamptz,
  updated_at   timestamptz not null default now(),
  check ((primary_site is null) = (taken_at is null))
);
