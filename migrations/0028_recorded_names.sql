-- The public look-up compares names in NFKC and without regard to case, and finds those that begin so.
create index organisations_by_folded_name on organisations ((lower(upper(normalize(name, nfkc))) collate "C"));
