-- Tokens that a subject got by logging in end within a day; the next login clears away what has ended, and what is too many.
create index tokens_by_subject on tokens (subject, expires_at) where subject is not null;
