/** Replaces SQL's one clock: Postgres's own until a test sets another time. */
export const clockSql = `
  create table test_clock (at timestamptz);
  grant select on test_clock to skypanel_app;
  create or replace function skypanel_now() returns timestamptz language sql stable as
    $$ select coalesce((select max(at) from test_clock), clock_timestamp()) $$;
`;
