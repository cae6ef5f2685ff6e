-- Apps and their variables. Children carry (org_id, app_id): a foreign child under one's own parent cannot be written.

create table apps (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organisations (id),
  cluster_id uuid not null references clusters (id),
  name text not null check (name ~ '^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$'),
  title text not null check (length(title) between 1 and 80),
  -- the host's first label: unique over all organisations of a cluster, so hosts never meet
  slug text not null,
  image text not null,
  processes jsonb not null,
  state text not null default 'Running' check (state in ('Running', 'Stopped')),
  restart_request text,
  -- the git blob id of the rendered App: the ETag
  revision text not null check (revision ~ '^[0-9a-f]{40}$'),
  created_at timestamptz not null default skypanel_now(),
  created_by uuid references users (id),
  updated_at timestamptz not null default skypanel_now(),
  updated_by uuid references users (id),
  unique (org_id, name),
  unique (org_id, id),
  unique (cluster_id, slug)
);
create index apps_cluster on apps (cluster_id);
create index apps_updated on apps (org_id, updated_at desc, name);

-- Data keys of an organisation, wrapped by a key that Postgres never sees.
create table org_data_keys (
  org_id uuid not null references organisations (id),
  id uuid not null default gen_random_uuid(),
  wrapped bytea not null,
  created_at timestamptz not null default skypanel_now(),
  primary key (org_id, id)
);

-- AES-256-GCM under the data key; the associated data binds organisation, app, key and version.
create table app_variables (
  org_id uuid not null,
  app_id uuid not null,
  key text not null check (key ~ '^[A-Za-z_][A-Za-z0-9_]{0,127}$'),
  version int not null check (version > 0),
  data_key_id uuid not null,
  nonce bytea not null check (length(nonce) = 12),
  ciphertext bytea not null,
  -- the value sealed with age to `recipient`, for this version: sealing is random, so it is kept to render the same bytes again
  recipient text,
  sealed text,
  set_at timestamptz not null default skypanel_now(),
  set_by uuid references users (id),
  primary key (org_id, app_id, key),
  foreign key (org_id, app_id) references apps (org_id, id) on delete cascade,
  foreign key (org_id, data_key_id) references org_data_keys (org_id, id)
);

alter table apps enable row level security;
alter table apps force row level security;
alter table org_data_keys enable row level security;
alter table org_data_keys force row level security;
alter table app_variables enable row level security;
alter table app_variables force row level security;
create policy apps_org on apps for all
  using (org_id = current_org() or is_platform()) with check (org_id = current_org() or is_platform());
create policy org_data_keys_org on org_data_keys for all
  using (org_id = current_org() or is_platform()) with check (org_id = current_org() or is_platform());
create policy app_variables_org on app_variables for all
  using (org_id = current_org() or is_platform()) with check (org_id = current_org() or is_platform());

grant select, insert, update, delete on apps, app_variables to skypanel_app;
grant select, insert on org_data_keys to skypanel_app;
