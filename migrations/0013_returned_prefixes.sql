-- The version with which a prefix last came back from another node: what the catalogue holds of it is then read anew.
alter table prefixes add column returned bigint;
