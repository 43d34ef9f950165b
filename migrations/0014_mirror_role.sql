-- The role of a node above: it follows what is public, and reads nothing else.
alter table tokens drop constraint tokens_role_check;
alter table tokens add constraint tokens_role_check
  check (role in ('operator', 'reviewer', 'registrant', 'auditor', 'device', 'mirror'));
alter table grants drop constraint grants_role_check;
alter table grants add constraint grants_role_check
  check (role in ('operator', 'reviewer', 'registrant', 'auditor', 'device', 'mirror'));

-- Types ignore case, which the first marking of guarded records did not.
update identifiers set guarded = true where not guarded and record::text ~* '"type":"hs_admin"';
