-- 通知: what an organisation is told. The number is given at the commit (0015), so that who has seen n never meets a smaller one.
create table notices (
  organisation  uuid not null,
  id            uuid not null default gen_random_uuid(),
  seq           bigint,                      -- null until the commit
  at            timestamptz not null default now(),
  kind          text not null,
  prefix        text collate "C",
  about_kind    text not null,
  about_id      text not null,
  body          jsonb not null,
  primary key (organisation, id)
);
create unique index notices_of_organisation on notices (organisation, seq);
create unique index notices_in_order on notices (seq);

create function number_notice() returns trigger language plpgsql as $$
declare
  head governance_head;
begin
  update governance_head set notice_seq = notice_seq + 1 returning * into head;
  update notices set seq = head.notice_seq where organisation = new.organisation and id = new.id;
  return null;
end $$;

create constraint trigger notice_number after insert on notices
  deferrable initially deferred for each row execute function number_notice();
