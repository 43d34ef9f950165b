-- Nodes that ask to answer for a prefix below this one: who asks, where the node is reached, and the key that it has proven
-- to hold at that place.
create table enrolments (
  prefix        text collate "C" primary key,
  id            uuid not null default gen_random_uuid(),  -- another one with each application
  organisation  uuid,                    -- who holds the prefix, or has applied for it; null: nobody did
  state         text not null check (state in ('applied', 'accepted', 'refused')),
  site          json not null,           -- with its key
  key           text not null,           -- the raw public key, base64url
  remarks       text,
  delegation    json,                    -- the signed statement of this node, once it is accepted
  version       bigint not null default 1,
  applied_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);

-- What the node above has stated of this one. Its key is pinned by it.
create table node_delegation (
  singleton     boolean primary key default true check (singleton),
  parent_url    text not null,
  parent        text not null,           -- the subject of its key
  delegation    json not null,
  received_at   timestamptz not null default now()
);
