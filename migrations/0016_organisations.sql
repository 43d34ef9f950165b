-- Organisations 主体: the legal persons behind prefixes. What is about people, and the number of the document, is in `sealed`
-- and `pending_sealed` alone: AES-256-GCM under the secret key of the node, which is not in this database.
create table organisations (
  id              uuid primary key default gen_random_uuid(),
  state           text not null check (state in
                    ('draft', 'submitted', 'refused', 'verified', 'changing', 'rechecking', 'suspended', 'withdrawn')),
  name            text not null,
  data            json not null,           -- what may be known: nature, region, industry, address, introduction …
  sealed          bytea,                   -- number of the document, legal person, contact; null: erased
  pending_name    text,                    -- of a verified organisation: what it wants changed; the above stays in force
  pending         json,
  pending_sealed  bytea,
  remarks         text,                    -- the last verdict's
  version         bigint not null default 1,
  submitted_at    timestamptz,
  verified_at     timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  check ((state in ('changing', 'rechecking')) = (pending is not null)),
  check ((pending is null) = (pending_sealed is null) and (pending is null) = (pending_name is null)),
  check (sealed is not null or state = 'withdrawn')
);
create index organisations_waiting on organisations ((coalesce(submitted_at, 'infinity'::timestamptz)), id);
-- Drafts that nobody submits are cleared away by age.
create index organisations_forgotten on organisations (updated_at) where state = 'draft';

-- One organisation a document: the keyed hash (HMAC-SHA-256) of its type and number, held from submission on.
create table organisation_documents (
  hash          bytea primary key,
  organisation  uuid not null
);
create index organisation_documents_by_organisation on organisation_documents (organisation);

-- Who speaks for an organisation besides the bearer of its token: `300:PREFIX/name`, `oidc:ISSUER#SUB`.
create table organisation_members (
  organisation  uuid not null,
  subject       text collate "C" not null,
  created_at    timestamptz not null default now(),
  primary key (organisation, subject)
);
create index organisation_members_by_subject on organisation_members (subject);

-- Pictures and scans, one of a kind; `pending`: they take the place of the other with the next verdict.
create table organisation_attachments (
  organisation  uuid not null,
  kind          text not null,
  pending       boolean not null,
  id            uuid not null default gen_random_uuid(),
  type          text not null,             -- found in the bytes
  size          integer not null,          -- of the file itself
  sealed        bytea not null,
  created_at    timestamptz not null default now(),
  primary key (organisation, kind, pending)
);
-- Ciphertext does not compress.
alter table organisation_attachments alter column sealed set storage external;

-- What only the holder of the secret key can make of it: tells a process with another key.
alter table node add column secret_check bytea;
