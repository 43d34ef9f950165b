-- Where the audit log (0015) begins since its first entries were removed: the node's signed word on the number and the hash of the
-- last of them.
create table audit_checkpoints (
  seq      bigint primary key,
  signed   json not null,
  made_at  timestamptz not null default now()
);

-- What a checkpoint stands for may be removed, and nothing else.
create or replace function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.seq <= (select max(seq) from audit_checkpoints) then
      return old;
    end if;
  end if;
  raise exception 'audit_entries is append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;
