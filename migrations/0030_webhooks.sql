-- Webhooks: where an organisation has its notices (0019) pushed to.
create table webhooks (
  organisation  uuid not null,
  id            uuid not null default gen_random_uuid(),
  url           text not null,
  state         text not null default 'active' check (state in ('active', 'paused', 'disabled')),
  sealed        bytea not null,                      -- the secrets that messages are signed with
  failing_since timestamptz,                         -- of the first attempt that failed since one went well
  next_at       timestamptz not null default now(),  -- nothing is sent before
  runner        uuid,                                -- the process that sends, until its lease is over
  lease_until   timestamptz,
  created_at    timestamptz not null default now(),
  primary key (organisation, id)
);
create unique index webhooks_by_id on webhooks (id);
create index webhooks_due on webhooks (next_at) where state = 'active';

-- A notice on its way to a webhook, with the log of its attempts: when, what came of it, never what was answered.
create table webhook_deliveries (
  organisation  uuid not null,
  webhook       uuid not null,
  seq           bigint not null,                     -- of the notice
  state         text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  tries         integer not null default 0,          -- that failed since it was to be sent
  attempts      jsonb not null default '[]',
  created_at    timestamptz not null default now(),
  primary key (organisation, webhook, seq)
);
create index webhook_deliveries_waiting on webhook_deliveries (organisation, webhook, seq) where state = 'waiting';
create index webhook_deliveries_by_age on webhook_deliveries (created_at);

-- What a notice is numbered by also says to whom it is to be pushed: so there is one row for each, and none is missed.
create or replace function number_notice() returns trigger language plpgsql as $$
declare
  head governance_head;
begin
  update governance_head set notice_seq = notice_seq + 1 returning * into head;
  update notices set seq = head.notice_seq where organisation = new.organisation and id = new.id;
  insert into webhook_deliveries (organisation, webhook, seq)
    select organisation, id, head.notice_seq from webhooks where organisation = new.organisation;
  return null;
end $$;
