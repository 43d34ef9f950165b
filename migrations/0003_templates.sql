-- Metadata templates 元数据模板. A version never changes: records name the one they follow.
create table templates (
  prefix      text collate "C" not null,
  name        text collate "C" not null,
  version     integer not null,
  template    json not null,
  actor       text not null,             -- the token that published it
  created_at  timestamptz not null default now(),
  primary key (prefix, name, version)
);
