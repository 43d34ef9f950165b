-- The node above has suspended or revoked what this node answers for, and so this node has suspended it here.
alter table node_delegation add column withheld boolean not null default false;
