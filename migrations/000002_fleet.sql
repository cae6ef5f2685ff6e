-- Clusters, their credentials and what they are asked to run. Clusters belong to the platform, not to a tenant.

create table clusters (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$'),
  name text not null check (length(name) between 1 and 80),
  region text not null check (length(region) between 1 and 40),
  labels jsonb not null default '{}',
  base_domain text not null,
  ingress jsonb not null,
  wish text not null default 'Schedulable' check (wish in ('Schedulable', 'Unschedulable')),
  provisioning_step text,
  provisioning_since timestamptz,
  -- Registration: a foreign presenter of a used token holds the winner back until an administrator has looked.
  registration text not null default 'Created' check (registration in ('Created', 'PendingApproval', 'Registered')),
  kube_system_uid uuid unique,
  age_recipient text,
  -- The journal: the number of the newest commit asked for on this cluster.
  desired_seq bigint not null default 0,
  -- Reports: the newest (epoch, sequence) accepted; the epoch whose snapshot is being taken.
  report_epoch bigint not null default 0,
  accepted_epoch bigint not null default 0,
  accepted_seq bigint not null default 0,
  snapshot_started_seq bigint,
  last_heartbeat_at timestamptz,
  heartbeat jsonb,
  created_at timestamptz not null default skypanel_now()
);

create table cluster_keys (
  kid text primary key,
  cluster_id uuid not null references clusters (id) on delete cascade,
  public_key jsonb not null,
  created_at timestamptz not null default skypanel_now(),
  revoked_at timestamptz
);
create index cluster_keys_cluster on cluster_keys (cluster_id);

create table registration_tokens (
  id uuid primary key default gen_random_uuid(),
  cluster_id uuid not null references clusters (id) on delete cascade,
  token_hash bytea not null unique,
  created_at timestamptz not null default skypanel_now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by_kid text,
  contested_at timestamptz,
  revoked_at timestamptz
);
create index registration_tokens_cluster on registration_tokens (cluster_id, created_at desc);

-- An organisation's place on a cluster: the Tenant object there.
create table tenants (
  org_id uuid not null references organisations (id),
  cluster_id uuid not null references clusters (id),
  name text not null,
  created_at timestamptz not null default skypanel_now(),
  primary key (org_id, cluster_id),
  unique (cluster_id, name)
);
alter table tenants enable row level security;
alter table tenants force row level security;
create policy tenants_org on tenants for all
  using (org_id = current_org() or cluster_id = current_cluster() or is_platform())
  with check (org_id = current_org() or is_platform());

-- The journal (docs/architecture.md, "Journal to git"): append-only, written in the transaction of the rows it renders.
create table desired_commits (
  cluster_id uuid not null references clusters (id) on delete cascade,
  seq bigint not null check (seq > 0),
  org_id uuid references organisations (id),
  author_name text not null,
  author_email text not null,
  message text not null check (length(message) between 1 and 500),
  created_at timestamptz not null default skypanel_now(),
  primary key (cluster_id, seq)
);
create table desired_changes (
  cluster_id uuid not null,
  seq bigint not null,
  path text not null check (length(path) <= 1024),
  org_id uuid references organisations (id),
  content text,
  primary key (cluster_id, seq, path),
  foreign key (cluster_id, seq) references desired_commits (cluster_id, seq) on delete cascade
);
-- The newest revision of each file: what `expected` is compared with, under the row's lock.
create table desired_files (
  cluster_id uuid not null references clusters (id) on delete cascade,
  path text not null,
  org_id uuid references organisations (id),
  revision text not null check (revision ~ '^[0-9a-f]{40}$'),
  seq bigint not null,
  primary key (cluster_id, path)
);
alter table desired_commits enable row level security;
alter table desired_commits force row level security;
alter table desired_changes enable row level security;
alter table desired_changes force row level security;
alter table desired_files enable row level security;
alter table desired_files force row level security;
create policy desired_commits_read on desired_commits for select
  using (cluster_id = current_cluster() or org_id = current_org() or is_platform());
create policy desired_commits_append on desired_commits for insert with check (org_id = current_org() or is_platform());
create policy desired_changes_read on desired_changes for select
  using (cluster_id = current_cluster() or org_id = current_org() or is_platform());
create policy desired_changes_append on desired_changes for insert with check (org_id = current_org() or is_platform());
create policy desired_files_read on desired_files for select
  using (cluster_id = current_cluster() or org_id = current_org() or is_platform());
create policy desired_files_write on desired_files for all
  using (org_id = current_org() or is_platform()) with check (org_id = current_org() or is_platform());

-- What a cluster said it saw, newest per object. `org_id` is found through the tenant's name, never taken from the report.
create table observations (
  cluster_id uuid not null references clusters (id) on delete cascade,
  uid text not null,
  kind text not null,
  namespace text,
  name text not null,
  org_id uuid references organisations (id),
  managed_by text not null check (managed_by in ('control-plane', 'kubectl')),
  generation bigint not null,
  revision text,
  observed_at timestamptz not null,
  received_at timestamptz not null default skypanel_now(),
  epoch bigint not null,
  seq bigint not null,
  -- spec only of objects managed with kubectl: ours is in Postgres already
  spec jsonb,
  status jsonb,
  primary key (cluster_id, uid)
);
create index observations_object on observations (org_id, kind, name);
alter table observations enable row level security;
alter table observations force row level security;
create policy observations_read on observations for select
  using (org_id = current_org() or cluster_id = current_cluster() or is_platform());
create policy observations_write on observations for all
  using (cluster_id = current_cluster() or is_platform()) with check (cluster_id = current_cluster() or is_platform());

-- The browser's events: kept ten minutes so that a stream resumes on any replica; NOTIFY wakes the replicas.
create table events (
  id bigint generated always as identity primary key,
  at timestamptz not null default skypanel_now(),
  topic text not null,
  type text not null,
  data jsonb not null
);
create index events_topic on events (topic, id);
create index events_age on events (at);

grant select, insert, update, delete on clusters, cluster_keys, registration_tokens, tenants, observations, desired_files
  to skypanel_app;
grant select, insert on desired_commits, desired_changes to skypanel_app;
grant select, insert, delete on events to skypanel_app;
