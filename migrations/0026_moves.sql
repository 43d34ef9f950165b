-- A prefix that moves from one node to another. Until this moment nothing below it is written: a node that dies while it
-- copies lets it go by that.
alter table prefixes add column frozen_until timestamptz;

-- The last move of each prefix, as this node sees it.
create table moves (
  prefix      text collate "C" primary key,
  id          uuid not null default gen_random_uuid(),
  side        text not null check (side in ('source', 'target')),
  direction   text not null check (direction in ('out', 'back')),
  state       text not null check (state in ('offered', 'pulling', 'finishing', 'given', 'taken', 'done', 'failed', 'cancelled')),
  peer        text not null,             -- the subject of the other node's key
  site        json not null,             -- where the other node is reached
  actor       text not null,             -- who started it here
  identifiers bigint,                    -- how many, and the sum of their digests: what both sides have agreed on
  digest      text,
  copied      bigint not null default 0, -- of a target: records taken over so far, again and again those that changed
  error       text,
  holder      uuid,                      -- the process of this node that pulls, until
  held_until  timestamptz,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);

alter table tokens drop constraint tokens_role_check;
alter table tokens add constraint tokens_role_check
  check (role in ('operator', 'reviewer', 'registrant', 'auditor', 'device', 'mirror', 'mover'));
alter table grants drop constraint grants_role_check;
alter table grants add constraint grants_role_check
  check (role in ('operator', 'reviewer', 'registrant', 'auditor', 'device', 'mirror', 'mover'));
