import { asOwner } from "./postgres.ts";

interface Line {
  object: string;
  line: string;
}

// Each query yields lines grouped by object, in an order of their own; nothing in them depends on when or where it ran.
const queries = {
  functions: `select p.proname as object, pg_get_functiondef(p.oid) || ';' as line from pg_proc p
    where p.pronamespace = 'public'::regnamespace order by p.proname`,
  columns: `select c.relname as object, concat_ws(' ', '  ' || a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' end,
      case when a.attidentity = 'a' then 'generated always as identity' end,
      'default ' || pg_get_expr(d.adbin, d.adrelid)) || ',' as line
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname, a.attnum`,
  constraints: `select c.relname as object, '  constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) || ',' as line
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = 'public'::regnamespace and k.contype <> 'n' order by c.relname, k.contype, k.conname`,
  indexes: `select c.relname as object, pg_get_indexdef(i.indexrelid) || ';' as line
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by c.relname, x.relname`,
  security: `select relname as object, 'alter table ' || relname || case when relrowsecurity
      then ' enable row level security;' || case when relforcerowsecurity then ' -- forced' else ' -- NOT FORCED' end
      else ' disable row level security;' end as line
    from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`,
  policies: `select tablename as object, concat_ws(' ', 'create policy', policyname, 'on', tablename, 'for', lower(cmd),
      'using (' || qual || ')', 'with check (' || with_check || ')') || ';' as line
    from pg_policies where schemaname = 'public' order by tablename, policyname`,
  grants: `select table_name as object, 'grant ' || string_agg(lower(privilege_type), ', ' order by privilege_type)
      || ' on ' || table_name || ' to ' || grantee || ';' as line
    from information_schema.role_table_grants where table_schema = 'public' and grantee = 'skypanel_app'
    group by table_name, grantee order by table_name`,
};

async function linesOf(url: string, query: string): Promise<Map<string, string[]>> {
  const groups = Map.groupBy(await asOwner<Line>(url, query), ({ object }) => object);
  return new Map([...groups].map(([object, lines]) => [object, lines.map(({ line }) => line)]));
}

/** The schema as text a person can review: made from the catalogues, because the embedded server brings no pg_dump. */
export async function schemaOf(ownerUrl: string): Promise<string> {
  const functions = await linesOf(ownerUrl, queries.functions);
  const columns = await linesOf(ownerUrl, queries.columns);
  const constraints = await linesOf(ownerUrl, queries.constraints);
  const after: Map<string, string[]>[] = [];
  for (const part of ["indexes", "security", "policies", "grants"] as const) {
    after.push(await linesOf(ownerUrl, queries[part]));
  }
  const tables = [...columns].map(([table, lines]) => {
    const body = [...lines, ...(constraints.get(table) ?? [])].join("\n").replace(/,$/, "");
    return [`create table ${table} (\n${body}\n);`, ...after.flatMap((part) => part.get(table) ?? [])].join("\n");
  });
  return `${[...[...functions.values()].flat(), ...tables].join("\n\n")}\n`;
}
