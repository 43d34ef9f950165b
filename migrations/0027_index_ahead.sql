-- Up to where small changes were taken into the catalogue ahead of the large ones that stand before them in the feed.
alter table catalogue_cursor add column ahead bigint not null default 0;
