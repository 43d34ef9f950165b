-- Transfers 转让 of prefixes and identifiers: offered by who holds one, accepted by who is to have it, final when a window is over
-- in which the authority can take it back.
create table transfers (
  prefix       text collate "C" not null,
  id           uuid not null default gen_random_uuid(),
  suffix_key   text collate "C",            -- null: the prefix itself
  identifier   text,                        -- as it was spelled when it was offered
  giver        uuid,                        -- the organisation that offers; null: whoever offered_by names
  receiver     uuid,                        -- the organisation that it is offered to; null: who holds the key
  key          text collate "C",            -- INDEX:PREFIX/name: administers the identifier once it is accepted
  state        text not null check (state in ('offered', 'accepted', 'final', 'taken_back', 'declined', 'withdrawn', 'expired')),
  offered_by   text not null,               -- the id of a token, or the subject
  offered_at   timestamptz not null,
  expires_at   timestamptz not null,        -- an offer is not open for ever
  accepted_at  timestamptz,
  until        timestamptz,                 -- accepted: until then it can be taken back
  remarks      text,
  admins       json,                        -- of an identifier: the HS_ADMIN values when it was offered
  former       json,                        -- what taking back restores
  version      bigint not null default 1,
  updated_at   timestamptz not null default now(),
  primary key (prefix, id),
  check ((suffix_key is null) = (identifier is null)),
  check (receiver is not null or key is not null)
);
create index transfers_by_id on transfers (id);
create index transfers_by_giver on transfers (giver);
create index transfers_by_receiver on transfers (receiver);
create index transfers_by_key on transfers (key);
-- One at a time.
create unique index transfers_under_way on transfers (prefix, coalesce(suffix_key, '')) where state in ('offered', 'accepted');

-- The transfer by which an identifier came to whom its HS_ADMIN names: grants at its prefix, but the operator's, give nothing
-- on it any more.
alter table identifiers add column transfer uuid;
