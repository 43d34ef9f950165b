-- Filings 备案: what an organisation has on record with the authority: itself, its nodes, its applications.
create table filings (
  organisation     uuid not null,
  id               uuid not null default gen_random_uuid(),
  kind             text not null check (kind in ('organisation', 'node', 'application')),
  state            text not null default 'draft' check (state in
                     ('draft', 'submitted', 'under_review', 'returned', 'accepted', 'changing', 'change_submitted',
                      'change_under_review', 'overdue', 'suspended', 'revoked', 'cancelled')),
  number           text collate "C",       -- given with the first acceptance, for ever
  data             jsonb not null,         -- in force; of one that was never accepted: applied for
  pending          jsonb,                  -- as it is to become; data stays in force until that is accepted
  remarks          text,                   -- why it was returned, suspended or revoked
  due              date,                   -- the working day by whose end it is to be decided
  confirmed_until  date,                   -- the day by whose end it is to be confirmed again
  version          bigint not null default 1,
  submitted_at     timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  primary key (organisation, id),
  check ((number is null) = (confirmed_until is null)),
  check (number is not null or state in ('draft', 'submitted', 'under_review', 'returned', 'cancelled')),
  check ((due is not null) = (state in ('submitted', 'under_review', 'change_submitted', 'change_under_review')))
);
-- Callers name a filing by its id alone; numbers are looked up by everybody.
create unique index filings_by_id on filings (id);
create unique index filings_by_number on filings (number) where number is not null;
-- Lists: those to be decided first, by the day they are due.
create index filings_by_due on filings ((coalesce(due, 'infinity'::date)), id);
create index filings_to_confirm on filings (confirmed_until) where state in ('accepted', 'changing');
create index filings_of_node on filings ((data ->> 'prefix')) where kind = 'node';

-- The last number that an authority has given in a year.
create table filing_numbers (
  authority  text collate "C" not null,
  year       integer not null,
  last       integer not null,
  primary key (authority, year)
);

-- Where the usual week does not hold: deadlines are in working days.
create table holidays (
  day   date primary key,
  kind  text not null check (kind in ('holiday', 'workday'))
);
