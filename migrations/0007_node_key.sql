-- The node's Ed25519 key, by which other nodes know it: made at the first start, kept here so that all processes of the
-- node and its backups share it. PKCS #8, in the clear: whoever reads this database can write to it anyway.
alter table node add column private_key bytea;

-- The nonces of signed calls, so that none is accepted twice, by whatever process of the node it comes to. Rows are kept
-- only for as long as the time of a call is accepted.
create table call_nonces (
  subject     text collate "C" not null,
  nonce       text collate "C" not null,
  seen_at     timestamptz not null default now(),
  primary key (subject, nonce)
);
create index call_nonces_by_age on call_nonces (seen_at);
