-- What a suspended prefix is suspended by: a decision on itself, its organisation, the organisation's filing. It is resumed when none
-- of them is left.
alter table allotments add column suspended_by text[] not null default '{}';
update allotments set suspended_by = '{authority}' where state = 'suspended';
