-- People, their sessions and organisations. Row-level security is forced from the first tenant table on: the application's
-- role owns nothing and cannot bypass it, and an unset context sees no row (docs/architecture.md, "Tenancy").

-- The one clock of all SQL: tests replace it, nothing else asks the time.
create function skypanel_now() returns timestamptz language sql stable as $$ select clock_timestamp() $$;

-- Who asks, set with set_config(..., true) at the start of each transaction; unset answers null and so matches no row.
create function current_org() returns uuid language sql stable as
  $$ select nullif(current_setting('app.org_id', true), '')::uuid $$;
create function current_actor() returns uuid language sql stable as
  $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;
create function current_cluster() returns uuid language sql stable as
  $$ select nullif(current_setting('app.cluster_id', true), '')::uuid $$;
-- True in transactions of a platform role and of the control plane's own work (never derived from a request's body).
create function is_platform() returns boolean language sql stable as
  $$ select coalesce(current_setting('app.platform', true), '') = 'on' $$;

create table users (
  id uuid primary key default gen_random_uuid(),
  email text not null check (email = lower(email) and length(email) <= 254),
  name text not null check (length(name) between 1 and 80),
  password_hash text not null,
  platform_role text check (platform_role in ('admin', 'support')),
  created_at timestamptz not null default skypanel_now(),
  unique (email)
);

-- One row per refresh token. A token is rotated by its first use; using it again ends its whole family.
create table sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  family uuid not null,
  token_hash bytea not null unique,
  created_at timestamptz not null default skypanel_now(),
  expires_at timestamptz not null,
  rotated_at timestamptz,
  revoked_at timestamptz,
  user_agent text check (length(user_agent) <= 300),
  address text check (length(address) <= 64)
);
create index sessions_family on sessions (family);
create index sessions_user on sessions (user_id);

create table organisations (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$'),
  name text not null check (length(name) between 1 and 80),
  created_at timestamptz not null default skypanel_now()
);

create table members (
  org_id uuid not null references organisations (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'developer', 'viewer', 'billing')),
  created_at timestamptz not null default skypanel_now(),
  primary key (org_id, user_id)
);
create index members_user on members (user_id);

alter table organisations enable row level security;
alter table organisations force row level security;
-- The sub-select on members runs under members' own policy, so it sees the actor's memberships alone.
create policy organisations_read on organisations for select using (
  id = current_org() or is_platform()
  or exists (select from members where members.org_id = organisations.id and members.user_id = current_actor())
);
create policy organisations_create on organisations for insert with check (id = current_org() or is_platform());
create policy organisations_update on organisations for update using (id = current_org() or is_platform());

alter table members enable row level security;
alter table members force row level security;
create policy members_read on members for select
  using (org_id = current_org() or user_id = current_actor() or is_platform());
create policy members_write on members for all
  using (org_id = current_org() or is_platform()) with check (org_id = current_org() or is_platform());

-- Who did what. Append-only: the application's role has no update and no delete.
create table activity (
  id bigint generated always as identity primary key,
  org_id uuid references organisations (id),
  at timestamptz not null default skypanel_now(),
  actor_kind text not null check (actor_kind in ('user', 'cluster', 'system')),
  actor_id uuid,
  actor_name text not null,
  action text not null,
  object_kind text not null,
  object_id text,
  object_name text not null,
  before jsonb,
  after jsonb,
  revision text,
  address text,
  request_id text
);
create index activity_org on activity (org_id, id desc);
alter table activity enable row level security;
alter table activity force row level security;
create policy activity_read on activity for select using (org_id = current_org() or is_platform());
create policy activity_append on activity for insert with check (org_id = current_org() or is_platform());

-- Answers already given, so that a retry with its key moves nothing (features.md section 22).
create table idempotency_keys (
  user_id uuid not null references users (id) on delete cascade,
  key text not null check (length(key) between 1 and 128),
  endpoint text not null,
  request_hash bytea not null,
  -- null while the first request runs; encrypted, because a reply may hold a secret that is shown once
  nonce bytea check (length(nonce) = 12),
  reply bytea,
  created_at timestamptz not null default skypanel_now(),
  primary key (user_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

-- Counters of rate-limiter-flexible; its shape is the library's.
create table rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);

grant select, insert, update on users, sessions, organisations to skypanel_app;
grant select, insert, update, delete on members, idempotency_keys, rate_limits to skypanel_app;
grant select, insert on activity to skypanel_app;
grant delete on sessions to skypanel_app;
