-- Sessions of Handle's REST interface: a nonce to be signed, then the subject that has signed it. The primary key is no
-- prefix: who a caller is is known only when the row is found, and rows live an hour at most.
create table sessions (
  hash        bytea primary key,         -- SHA-256 of the 128 random bits that the client holds
  nonce       bytea not null,            -- what the next proof must sign; another one after each proof
  subject     text,                      -- null until a key has been proven
  proof       bytea,                     -- SHA-256 of the proof that gave the subject
  expires_at  timestamptz not null
);
-- Those that wait for a proof are bounded in number, and the next to end go first; so are those of one subject.
create index sessions_by_end on sessions (expires_at);
create index sessions_waiting on sessions (expires_at) where subject is null;
create index sessions_by_subject on sessions (subject, expires_at) where subject is not null;
