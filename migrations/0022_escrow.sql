-- Deposits 托管 that this node has made: which one the next goes on from. A deposit is about the node as a whole, so these keys are
-- no prefix.
create table escrow_deposits (
  id          uuid primary key,
  actor       text not null,             -- who ordered it
  manifest    json not null,             -- as it was signed
  made_at     timestamptz not null
);
create index escrow_deposits_by_age on escrow_deposits (made_at);

-- One row: until when a process of the node sees to the deposit of the day, or when it is tried again.
create table escrow_claim (
  singleton     boolean primary key default true check (singleton),
  claimed_until timestamptz not null default now()
);
insert into escrow_claim default values;
