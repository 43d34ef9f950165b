-- The numbers that governance gives out when a transaction commits. One row for both, so that two transactions never wait for each other
-- in a ring: it is the last thing that a transaction locks.
create table governance_head (
  single       boolean primary key default true check (single),
  audit_seq    bigint not null default 0,
  audit_hash   bytea not null default decode(repeat('00', 32), 'hex'),   -- of the last entry; zeros before the first
  notice_seq   bigint not null default 0
);
insert into governance_head default values;

-- 审计: who did what, when, why, what it was before and after. Each entry's hash is the SHA-256 of the hash before it and of the
-- entry's canonical JSON (RFC 8785) without seq, previous and hash.
create table audit_entries (
  seq         bigint primary key,
  at          timestamptz not null,
  actor       text not null,                 -- the id of a token, or the subject
  subject     text,
  action      text not null,
  kind        text not null,                 -- of what it was done to
  id          text not null,
  prefix      text collate "C",              -- null: the node as a whole
  reason      text,
  before      jsonb,
  after       jsonb,
  previous    bytea not null,
  hash        bytea not null
);
create index audit_by_prefix on audit_entries (prefix, seq);
create index audit_by_actor on audit_entries (actor, seq);
create index audit_by_thing on audit_entries (kind, id, seq);

-- What a transaction has done so far; empty for everybody else, for it is moved into the chain at the commit.
create table audit_pending (
  id          uuid primary key default gen_random_uuid(),
  entry       jsonb not null,
  content     bytea not null                 -- its canonical JSON
);

create function chain_audit_entry() returns trigger language plpgsql as $$
declare
  head governance_head;
begin
  update governance_head set audit_seq = audit_seq + 1 returning * into head;
  insert into audit_entries (seq, at, actor, subject, action, kind, id, prefix, reason, before, after, previous, hash)
    select head.audit_seq, at, actor, subject, action, kind, id, prefix, reason,
      nullif(before, 'null'), nullif(after, 'null'), head.audit_hash, sha256(head.audit_hash || new.content)
    from jsonb_to_record(new.entry) as e(at timestamptz, actor text, subject text, action text, kind text, id text,
      prefix text, reason text, before jsonb, after jsonb);
  update governance_head set audit_hash = sha256(head.audit_hash || new.content);
  delete from audit_pending where id = new.id;
  return null;
end $$;

-- At the commit: entries are in the order of the commits, without gaps, and nobody waits for a transaction that goes on.
create constraint trigger audit_chain after insert on audit_pending
  deferrable initially deferred for each row execute function chain_audit_entry();

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit_entries is append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;

create trigger audit_unaltered before update or delete on audit_entries for each row execute function refuse_audit_change();
create trigger audit_untruncated before truncate on audit_entries for each statement execute function refuse_audit_change();
