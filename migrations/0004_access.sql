-- A token has a role in its scope, or speaks for a subject and has what that was granted. Tokens of before could do everything.
alter table tokens add column role text check (role in ('operator', 'reviewer', 'registrant', 'auditor', 'device'));
alter table tokens add column subject text;
alter table tokens add column last_used_at timestamptz;
update tokens set role = 'operator';
alter table tokens add check ((role is null) <> (subject is null));

-- Roles of those who are known by another credential than a token: a key of a record, an OpenID subject, a node.
create table grants (
  scope       text collate "C" not null,
  subject     text collate "C" not null,
  role        text not null check (role in ('operator', 'reviewer', 'registrant', 'auditor', 'device')),
  id          uuid not null default gen_random_uuid(),
  created_at  timestamptz not null default now(),
  primary key (scope, subject, role)
);
create index grants_by_subject on grants (subject);
create index grants_by_id on grants (id);

-- The record names administrators of its own (HS_ADMIN), or has values that administrators may not write: bulk writes look
-- at what is there before they replace it.
alter table identifiers add column guarded boolean not null default false;
update identifiers set guarded = true
  where record::text like '%"HS_ADMIN"%' or record::text ~ '"permissions":"[01]0[01][01]"';
