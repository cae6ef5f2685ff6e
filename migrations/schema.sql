CREATE OR REPLACE FUNCTION public.current_actor()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$ select nullif(current_setting('app.user_id', true), '')::uuid $function$
;

CREATE OR REPLACE FUNCTION public.current_cluster()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$ select nullif(current_setting('app.cluster_id', true), '')::uuid $function$
;

CREATE OR REPLACE FUNCTION public.current_org()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$ select nullif(current_setting('app.org_id', true), '')::uuid $function$
;

CREATE OR REPLACE FUNCTION public.is_platform()
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$ select coalesce(current_setting('app.platform', true), '') = 'on' $function$
;

CREATE OR REPLACE FUNCTION public.skypanel_now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$ select clock_timestamp() $function$
;

create table activity (
  id bigint not null generated always as identity,
  org_id uuid,
  at timestamp with time zone not null default skypanel_now(),
  actor_kind text not null,
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
  request_id text,
  constraint activity_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'cluster'::text, 'system'::text]))),
  constraint activity_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id),
  constraint activity_pkey PRIMARY KEY (id)
);
CREATE INDEX activity_org ON public.activity USING btree (org_id, id DESC);
alter table activity enable row level security; -- forced
create policy activity_append on activity for insert with check (((org_id = current_org()) OR is_platform()));
create policy activity_read on activity for select using (((org_id = current_org()) OR is_platform()));
grant insert, select on activity to skypanel_app;

create table app_variables (
  org_id uuid not null,
  app_id uuid not null,
  key text not null,
  version integer not null,
  data_key_id uuid not null,
  nonce bytea not null,
  ciphertext bytea not null,
  recipient text,
  sealed text,
  set_at timestamp with time zone not null default skypanel_now(),
  set_by uuid,
  constraint app_variables_key_check CHECK ((key ~ '^[A-Za-z_][A-Za-z0-9_]{0,127}$'::text)),
  constraint app_variables_nonce_check CHECK ((length(nonce) = 12)),
  constraint app_variables_version_check CHECK ((version > 0)),
  constraint app_variables_org_id_app_id_fkey FOREIGN KEY (org_id, app_id) REFERENCES apps(org_id, id) ON DELETE CASCADE,
  constraint app_variables_org_id_data_key_id_fkey FOREIGN KEY (org_id, data_key_id) REFERENCES org_data_keys(org_id, id),
  constraint app_variables_set_by_fkey FOREIGN KEY (set_by) REFERENCES users(id),
  constraint app_variables_pkey PRIMARY KEY (org_id, app_id, key)
);
alter table app_variables enable row level security; -- forced
create policy app_variables_org on app_variables for all using (((org_id = current_org()) OR is_platform())) with check (((org_id = current_org()) OR is_platform()));
grant delete, insert, select, update on app_variables to skypanel_app;

create table apps (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null,
  cluster_id uuid not null,
  name text not null,
  title text not null,
  slug text not null,
  image text not null,
  processes jsonb not null,
  state text not null default 'Running'::text,
  restart_request text,
  revision text not null,
  created_at timestamp with time zone not null default skypanel_now(),
  created_by uuid,
  updated_at timestamp with time zone not null default skypanel_now(),
  updated_by uuid,
  constraint apps_name_check CHECK ((name ~ '^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$'::text)),
  constraint apps_revision_check CHECK ((revision ~ '^[0-9a-f]{40}$'::text)),
  constraint apps_state_check CHECK ((state = ANY (ARRAY['Running'::text, 'Stopped'::text]))),
  constraint apps_title_check CHECK (((length(title) >= 1) AND (length(title) <= 80))),
  constraint apps_cluster_id_fkey FOREIGN KEY (cluster_id) REFERENCES clusters(id),
  constraint apps_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id),
  constraint apps_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id),
  constraint apps_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES users(id),
  constraint apps_pkey PRIMARY KEY (id),
  constraint apps_cluster_id_slug_key UNIQUE (cluster_id, slug),
  constraint apps_org_id_id_key UNIQUE (org_id, id),
  constraint apps_org_id_name_key UNIQUE (org_id, name)
);
CREATE INDEX apps_cluster ON public.apps USING btree (cluster_id);
CREATE INDEX apps_updated ON public.apps USING btree (org_id, updated_at DESC, name);
alter table apps enable row level security; -- forced
create policy apps_org on apps for all using (((org_id = current_org()) OR is_platform())) with check (((org_id = current_org()) OR is_platform()));
grant delete, insert, select, update on apps to skypanel_app;

create table cluster_keys (
  kid text not null,
  cluster_id uuid not null,
  public_key jsonb not null,
  created_at timestamp with time zone not null default skypanel_now(),
  revoked_at timestamp with time zone,
  constraint cluster_keys_cluster_id_fkey FOREIGN KEY (cluster_id) REFERENCES clusters(id) ON DELETE CASCADE,
  constraint cluster_keys_pkey PRIMARY KEY (kid)
);
CREATE INDEX cluster_keys_cluster ON public.cluster_keys USING btree (cluster_id);
alter table cluster_keys disable row level security;
grant delete, insert, select, update on cluster_keys to skypanel_app;

create table clusters (
  id uuid not null default gen_random_uuid(),
  slug text not null,
  name text not null,
  region text not null,
  labels jsonb not null default '{}'::jsonb,
  base_domain text not null,
  ingress jsonb not null,
  wish text not null default 'Schedulable'::text,
  provisioning_step text,
  provisioning_since timestamp with time zone,
  registration text not null default 'Created'::text,
  kube_system_uid uuid,
  age_recipient text,
  desired_seq bigint not null default 0,
  report_epoch bigint not null default 0,
  accepted_epoch bigint not null default 0,
  accepted_seq bigint not null default 0,
  snapshot_started_seq bigint,
  last_heartbeat_at timestamp with time zone,
  heartbeat jsonb,
  created_at timestamp with time zone not null default skypanel_now(),
  constraint clusters_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
  constraint clusters_region_check CHECK (((length(region) >= 1) AND (length(region) <= 40))),
  constraint clusters_registration_check CHECK ((registration = ANY (ARRAY['Created'::text, 'PendingApproval'::text, 'Registered'::text]))),
  constraint clusters_slug_check CHECK ((slug ~ '^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$'::text)),
  constraint clusters_wish_check CHECK ((wish = ANY (ARRAY['Schedulable'::text, 'Unschedulable'::text]))),
  constraint clusters_pkey PRIMARY KEY (id),
  constraint clusters_kube_system_uid_key UNIQUE (kube_system_uid),
  constraint clusters_slug_key UNIQUE (slug)
);
alter table clusters disable row level security;
grant delete, insert, select, update on clusters to skypanel_app;

create table desired_changes (
  cluster_id uuid not null,
  seq bigint not null,
  path text not null,
  org_id uuid,
  content text,
  constraint desired_changes_path_check CHECK ((length(path) <= 1024)),
  constraint desired_changes_cluster_id_seq_fkey FOREIGN KEY (cluster_id, seq) REFERENCES desired_commits(cluster_id, seq) ON DELETE CASCADE,
  constraint desired_changes_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id),
  constraint desired_changes_pkey PRIMARY KEY (cluster_id, seq, path)
);
alter table desired_changes enable row level security; -- forced
create policy desired_changes_append on desired_changes for insert with check (((org_id = current_org()) OR is_platform()));
create policy desired_changes_read on desired_changes for select using (((cluster_id = current_cluster()) OR (org_id = current_org()) OR is_platform()));
grant insert, select on desired_changes to skypanel_app;

create table desired_commits (
  cluster_id uuid not null,
  seq bigint not null,
  org_id uuid,
  author_name text not null,
  author_email text not null,
  message text not null,
  created_at timestamp with time zone not null default skypanel_now(),
  constraint desired_commits_message_check CHECK (((length(message) >= 1) AND (length(message) <= 500))),
  constraint desired_commits_seq_check CHECK ((seq > 0)),
  constraint desired_commits_cluster_id_fkey FOREIGN KEY (cluster_id) REFERENCES clusters(id) ON DELETE CASCADE,
  constraint desired_commits_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id),
  constraint desired_commits_pkey PRIMARY KEY (cluster_id, seq)
);
alter table desired_commits enable row level security; -- forced
create policy desired_commits_append on desired_commits for insert with check (((org_id = current_org()) OR is_platform()));
create policy desired_commits_read on desired_commits for select using (((cluster_id = current_cluster()) OR (org_id = current_org()) OR is_platform()));
grant insert, select on desired_commits to skypanel_app;

create table desired_files (
  cluster_id uuid not null,
  path text not null,
  org_id uuid,
  revision text not null,
  seq bigint not null,
  constraint desired_files_revision_check CHECK ((revision ~ '^[0-9a-f]{40}$'::text)),
  constraint desired_files_cluster_id_fkey FOREIGN KEY (cluster_id) REFERENCES clusters(id) ON DELETE CASCADE,
  constraint desired_files_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id),
  constraint desired_files_pkey PRIMARY KEY (cluster_id, path)
);
alter table desired_files enable row level security; -- forced
create policy desired_files_read on desired_files for select using (((cluster_id = current_cluster()) OR (org_id = current_org()) OR is_platform()));
create policy desired_files_write on desired_files for all using (((org_id = current_org()) OR is_platform())) with check (((org_id = current_org()) OR is_platform()));
grant delete, insert, select, update on desired_files to skypanel_app;

create table events (
  id bigint not null generated always as identity,
  at timestamp with time zone not null default skypanel_now(),
  topic text not null,
  type text not null,
  data jsonb not null,
  constraint events_pkey PRIMARY KEY (id)
);
CREATE INDEX events_age ON public.events USING btree (at);
CREATE INDEX events_topic ON public.events USING btree (topic, id);
alter table events disable row level security;
grant delete, insert, select on events to skypanel_app;

create table idempotency_keys (
  user_id uuid not null,
  key text not null,
  endpoint text not null,
  request_hash bytea not null,
  nonce bytea,
  reply bytea,
  created_at timestamp with time zone not null default skypanel_now(),
  constraint idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 128))),
  constraint idempotency_keys_nonce_check CHECK ((length(nonce) = 12)),
  constraint idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint idempotency_keys_pkey PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (created_at);
alter table idempotency_keys disable row level security;
grant delete, insert, select, update on idempotency_keys to skypanel_app;

create table members (
  org_id uuid not null,
  user_id uuid not null,
  role text not null,
  created_at timestamp with time zone not null default skypanel_now(),
  constraint members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'developer'::text, 'viewer'::text, 'billing'::text]))),
  constraint members_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id) ON DELETE CASCADE,
  constraint members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint members_pkey PRIMARY KEY (org_id, user_id)
);
CREATE INDEX members_user ON public.members USING btree (user_id);
alter table members enable row level security; -- forced
create policy members_read on members for select using (((org_id = current_org()) OR (user_id = current_actor()) OR is_platform()));
create policy members_write on members for all using (((org_id = current_org()) OR is_platform())) with check (((org_id = current_org()) OR is_platform()));
grant delete, insert, select, update on members to skypanel_app;

create table observations (
  cluster_id uuid not null,
  uid text not null,
  kind text not null,
  namespace text,
  name text not null,
  org_id uuid,
  managed_by text not null,
  generation bigint not null,
  revision text,
  observed_at timestamp with time zone not null,
  received_at timestamp with time zone not null default skypanel_now(),
  epoch bigint not null,
  seq bigint not null,
  spec jsonb,
  status jsonb,
  constraint observations_managed_by_check CHECK ((managed_by = ANY (ARRAY['control-plane'::text, 'kubectl'::text]))),
  constraint observations_cluster_id_fkey FOREIGN KEY (cluster_id) REFERENCES clusters(id) ON DELETE CASCADE,
  constraint observations_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id),
  constraint observations_pkey PRIMARY KEY (cluster_id, uid)
);
CREATE INDEX observations_object ON public.observations USING btree (org_id, kind, name);
alter table observations enable row level security; -- forced
create policy observations_read on observations for select using (((org_id = current_org()) OR (cluster_id = current_cluster()) OR is_platform()));
create policy observations_write on observations for all using (((cluster_id = current_cluster()) OR is_platform())) with check (((cluster_id = current_cluster()) OR is_platform()));
grant delete, insert, select, update on observations to skypanel_app;

create table org_data_keys (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  wrapped bytea not null,
  created_at timestamp with time zone not null default skypanel_now(),
  constraint org_data_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id),
  constraint org_data_keys_pkey PRIMARY KEY (org_id, id)
);
alter table org_data_keys enable row level security; -- forced
create policy org_data_keys_org on org_data_keys for all using (((org_id = current_org()) OR is_platform())) with check (((org_id = current_org()) OR is_platform()));
grant insert, select on org_data_keys to skypanel_app;

create table organisations (
  id uuid not null default gen_random_uuid(),
  slug text not null,
  name text not null,
  created_at timestamp with time zone not null default skypanel_now(),
  constraint organisations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
  constraint organisations_slug_check CHECK ((slug ~ '^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$'::text)),
  constraint organisations_pkey PRIMARY KEY (id),
  constraint organisations_slug_key UNIQUE (slug)
);
alter table organisations enable row level security; -- forced
create policy organisations_create on organisations for insert with check (((id = current_org()) OR is_platform()));
create policy organisations_read on organisations for select using (((id = current_org()) OR is_platform() OR (EXISTS ( SELECT
   FROM members
  WHERE ((members.org_id = organisations.id) AND (members.user_id = current_actor()))))));
create policy organisations_update on organisations for update using (((id = current_org()) OR is_platform()));
grant insert, select, update on organisations to skypanel_app;

create table rate_limits (
  key character varying(255) not null,
  points integer not null default 0,
  expire bigint,
  constraint rate_limits_pkey PRIMARY KEY (key)
);
alter table rate_limits disable row level security;
grant delete, insert, select, update on rate_limits to skypanel_app;

create table registration_tokens (
  id uuid not null default gen_random_uuid(),
  cluster_id uuid not null,
  token_hash bytea not null,
  created_at timestamp with time zone not null default skypanel_now(),
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  used_by_kid text,
  contested_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint registration_tokens_cluster_id_fkey FOREIGN KEY (cluster_id) REFERENCES clusters(id) ON DELETE CASCADE,
  constraint registration_tokens_pkey PRIMARY KEY (id),
  constraint registration_tokens_token_hash_key UNIQUE (token_hash)
);
CREATE INDEX registration_tokens_cluster ON public.registration_tokens USING btree (cluster_id, created_at DESC);
alter table registration_tokens disable row level security;
grant delete, insert, select, update on registration_tokens to skypanel_app;

create table schema_migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint schema_migrations_pkey PRIMARY KEY (number)
);
alter table schema_migrations disable row level security;
grant select on schema_migrations to skypanel_app;

create table sessions (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  family uuid not null,
  token_hash bytea not null,
  created_at timestamp with time zone not null default skypanel_now(),
  expires_at timestamp with time zone not null,
  rotated_at timestamp with time zone,
  revoked_at timestamp with time zone,
  user_agent text,
  address text,
  constraint sessions_address_check CHECK ((length(address) <= 64)),
  constraint sessions_user_agent_check CHECK ((length(user_agent) <= 300)),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_token_hash_key UNIQUE (token_hash)
);
CREATE INDEX sessions_family ON public.sessions USING btree (family);
CREATE INDEX sessions_user ON public.sessions USING btree (user_id);
alter table sessions disable row level security;
grant delete, insert, select, update on sessions to skypanel_app;

create table tenants (
  org_id uuid not null,
  cluster_id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default skypanel_now(),
  constraint tenants_cluster_id_fkey FOREIGN KEY (cluster_id) REFERENCES clusters(id),
  constraint tenants_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id),
  constraint tenants_pkey PRIMARY KEY (org_id, cluster_id),
  constraint tenants_cluster_id_name_key UNIQUE (cluster_id, name)
);
alter table tenants enable row level security; -- forced
create policy tenants_org on tenants for all using (((org_id = current_org()) OR (cluster_id = current_cluster()) OR is_platform())) with check (((org_id = current_org()) OR is_platform()));
grant delete, insert, select, update on tenants to skypanel_app;

create table users (
  id uuid not null default gen_random_uuid(),
  email text not null,
  name text not null,
  password_hash text not null,
  platform_role text,
  created_at timestamp with time zone not null default skypanel_now(),
  constraint users_email_check CHECK (((email = lower(email)) AND (length(email) <= 254))),
  constraint users_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
  constraint users_platform_role_check CHECK ((platform_role = ANY (ARRAY['admin'::text, 'support'::text]))),
  constraint users_pkey PRIMARY KEY (id),
  constraint users_email_key UNIQUE (email)
);
alter table users disable row level security;
grant insert, select, update on users to skypanel_app;
