-- Statistics 统计: what happened below each prefix, an hour a row, in UTC. Days and months are sums of hours. Processes of a node
-- add to the same rows (src/governance/statistics/).
create table statistics_hourly (
  prefix            text collate "C" not null, -- '': of no prefix that is known here
  hour              timestamptz not null,
  -- Resolutions by how they ended.
  found             bigint not null default 0,
  referral          bigint not null default 0,
  absent            bigint not null default 0,
  withdrawn         bigint not null default 0,
  failed            bigint not null default 0,
  -- How long they took, in microseconds. Answers from memory are timed one in so many, and weigh as many.
  resolving_timed   bigint not null default 0,
  resolving_sum     bigint not null default 0,
  resolving_max     bigint,
  resolving_max_at  timestamptz,
  resolving_min     bigint,
  resolving_min_at  timestamptz,
  registering_timed bigint not null default 0,
  registering_sum   bigint not null default 0,
  registering_max   bigint,
  registering_max_at timestamptz,
  registering_min   bigint,
  registering_min_at timestamptz,
  -- Counted from the change feed: new identifiers, later versions of identifiers, new prefixes directly below.
  registered        bigint not null default 0,
  changed           bigint not null default 0,
  allotted          bigint not null default 0,
  primary key (prefix, hour)
);
create index statistics_by_hour on statistics_hourly (hour);

-- The networks that asked most, [network, requests, by how many too high at most], of a day in China. '' is the whole node.
create table statistics_sources (
  prefix  text collate "C" not null,
  day     date not null,
  sources json not null,
  primary key (prefix, day)
);

-- Resolutions of single seconds, kept for an hour, so that processes can add up; and of each hour the second that had most.
create table statistics_seconds (
  second   timestamptz primary key,
  requests bigint not null
);
create table statistics_peaks (
  hour     timestamptz primary key,
  requests bigint not null,
  at       timestamptz not null
);

-- The minutes in which the node was up, with its database.
create table statistics_uptime (
  hour    timestamptz primary key,
  minutes bit(60) not null
);

-- One row: how far the change feed is counted.
create table statistics_cursor (
  singleton boolean primary key default true check (singleton),
  cursor    bigint not null default 0
);
insert into statistics_cursor default values;
