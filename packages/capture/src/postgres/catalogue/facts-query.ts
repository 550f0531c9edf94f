/**
 * One look into the catalogue, in one row of JSON. The parameters are four arrays: names of relations, object ids of
 * relations, names of functions, object ids of functions.
 *
 * Needs no privilege but that of every role. What the server itself brings along is left out: it is known by its name.
 * `pg_depend` does not list it either, so what is found there belongs to users and extensions.
 *
 * Databases have tens of thousands of tables, and each has several rows in the catalogue: nothing here may read all of them.
 * So whatever depends on a table is found by pg_depend, which has an index for it, and types by their object ids.
 */
export const factsQuery: string = `
with
  own_schemas as (
    select oid, nspname from pg_catalog.pg_namespace
    where nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and nspname !~ '^pg_toast_temp_'
  ),
  relation as (
    select c.oid, n.nspname, c.relname, c.relkind
    from pg_catalog.pg_class c join own_schemas n on n.oid = c.relnamespace
    where (c.relname = any ($1::text[]::name[]) or c.oid = any ($2::text[]::oid[]))
      and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  ),
  routine as (
    select p.*, n.nspname, l.lanname
    from pg_catalog.pg_proc p
      join own_schemas n on n.oid = p.pronamespace
      join pg_catalog.pg_language l on l.oid = p.prolang
    where p.proname = any ($3::text[]::name[]) or p.oid = any ($4::text[]::oid[])
  ),
  part as (
    select r.oid as relation, 'pg_catalog.pg_rewrite'::regclass as class, w.oid as object, w.ev_type = '1' as is_read
    from relation r join pg_catalog.pg_rewrite w on w.ev_class = r.oid
    union all
    select r.oid, 'pg_catalog.pg_policy'::regclass, y.oid, true
    from relation r join pg_catalog.pg_policy y on y.polrelid = r.oid
    union all
    select r.oid, 'pg_catalog.pg_policy'::regclass, y.oid, false
    from relation r join pg_catalog.pg_policy y on y.polrelid = r.oid
    union all
    select r.oid, 'pg_catalog.pg_attrdef'::regclass, a.oid, false
    from relation r join pg_catalog.pg_attrdef a on a.adrelid = r.oid
    union all
    select r.oid, 'pg_catalog.pg_constraint'::regclass, k.oid, false
    from relation r join pg_catalog.pg_constraint k on k.conrelid = r.oid and k.contype in ('c', 'x')
    union all
    select r.oid, 'pg_catalog.pg_class'::regclass, i.indexrelid, false
    from relation r join pg_catalog.pg_index i on i.indrelid = r.oid
  ),
  call as (
    select part.relation, part.is_read, d.refobjid as function
    from part join pg_catalog.pg_depend d
      on d.classid = part.class and d.objid = part.object and d.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select part.relation, part.is_read, o.oprcode::oid
    from part
      join pg_catalog.pg_depend d
        on d.classid = part.class and d.objid = part.object and d.refclassid = 'pg_catalog.pg_operator'::regclass
      join pg_catalog.pg_operator o on o.oid = d.refobjid
  )
select json_build_object(
  'relations', coalesce((select json_agg(json_build_object(
    'oid', r.oid::text, 'schema', r.nspname, 'name', r.relname, 'kind', r.relkind,
    'triggers', (select coalesce(json_agg(json_build_object('events', t.tgtype, 'function', t.tgfoid::text)), '[]')
      from pg_catalog.pg_trigger t where t.tgrelid = r.oid and not t.tgisinternal and t.tgenabled <> 'D'),
    'cascades', (select coalesce(json_agg(json_build_object(
        'relation', k.conrelid::text, 'onDelete', k.confdeltype, 'onUpdate', k.confupdtype,
        'columns', (select json_agg(a.attname) from pg_catalog.pg_attribute a
          where a.attrelid = k.confrelid and a.attnum = any (k.confkey)))), '[]')
      from pg_catalog.pg_constraint k where k.contype = 'f' and k.confrelid = r.oid and k.oid in (
        select d.objid from pg_catalog.pg_depend d
        where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = r.oid
          and d.classid = 'pg_catalog.pg_constraint'::regclass)),
    'rules', (select coalesce(json_agg(json_build_object(
        'event', w.ev_type, 'definition', pg_catalog.pg_get_ruledef(w.oid))), '[]')
      from pg_catalog.pg_rewrite w where w.ev_class = r.oid and w.rulename <> '_RETURN' and w.ev_enabled <> 'D'),
    'reads', (select coalesce(json_agg(distinct d.refobjid::text), '[]')
      from pg_catalog.pg_rewrite w join pg_catalog.pg_depend d
        on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
          and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> r.oid
      where w.ev_class = r.oid and w.rulename = '_RETURN'),
    'children', (select coalesce(json_agg(i.inhrelid::text), '[]')
      from pg_catalog.pg_inherits i where i.inhparent = r.oid),
    'readCalls', (select coalesce(json_agg(distinct call.function::text), '[]')
      from call where call.relation = r.oid and call.is_read),
    'writeCalls', (select coalesce(json_agg(distinct call.function::text), '[]')
      from call where call.relation = r.oid and not call.is_read)
  )) from relation r), '[]'),
  'functions', coalesce((select json_agg(json_build_object(
    'oid', p.oid::text, 'schema', p.nspname, 'name', p.proname, 'language', p.lanname, 'volatility', p.provolatile,
    'extension', (select e.extname from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e' limit 1),
    'definition', case when p.prokind in ('f', 'p') and p.lanname = 'plpgsql'
      then pg_catalog.pg_get_functiondef(p.oid) end,
    'source', case when p.lanname = 'sql' and pg_catalog.pg_get_function_sqlbody(p.oid) is null then p.prosrc end,
    'parsedBody', pg_catalog.pg_get_function_sqlbody(p.oid),
    'parts', (select coalesce(json_agg(f::text), '[]') from pg_catalog.pg_aggregate a, unnest(array[
        a.aggtransfn::oid, a.aggfinalfn::oid, a.aggcombinefn::oid, a.aggserialfn::oid, a.aggdeserialfn::oid,
        a.aggmtransfn::oid, a.aggminvtransfn::oid, a.aggmfinalfn::oid]) f
      where a.aggfnoid = p.oid and f <> 0)
  )) from routine p), '[]'),
  'operators', coalesce((select json_agg(json_build_object(
      'name', o.oprname, 'function', o.oprcode::oid::text, 'isOfExtension', exists (select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_operator'::regclass and d.objid = o.oid and d.deptype = 'e')))
    from pg_catalog.pg_operator o
      join own_schemas n on n.oid = o.oprnamespace), '[]'),
  'everywhere', coalesce((select json_agg(distinct f.function::text) from (
    select k.castfunc::oid as function from pg_catalog.pg_cast k where k.castfunc <> 0
    union all
    select d.refobjid from pg_catalog.pg_constraint k
      cross join lateral (select d.refobjid from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_constraint'::regclass and d.objid = k.oid
          and d.refclassid = 'pg_catalog.pg_proc'::regclass offset 0) d
    where k.contypid > 0
  ) f join pg_catalog.pg_proc p on p.oid = f.function join own_schemas n on n.oid = p.pronamespace
    where not exists (select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')), '[]'),
  'rowFunctions', coalesce((select json_agg(json_build_object('name', p.proname, 'function', p.oid::text))
    from pg_catalog.pg_proc p
      join own_schemas n on n.oid = p.pronamespace
    where p.pronargs = 1
      and (select t.typtype from pg_catalog.pg_type t where t.oid = p.proargtypes[0]) = 'c'
      and not exists (select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')), '[]'),
  'eventTriggers', coalesce((select json_agg(json_build_object('event', t.evtevent, 'function', t.evtfoid::text))
    from pg_catalog.pg_event_trigger t where t.evtenabled <> 'D'), '[]'),
  'showsCounters', (select pg_catalog.bool_and(coalesce(pg_catalog.has_function_privilege('public',
      pg_catalog.to_regprocedure('pg_catalog.pg_stat_get_xact_tuples_' || f || '(oid)'), 'EXECUTE'), false))
    from unnest(array['inserted', 'updated', 'deleted']) f)
    and pg_catalog.has_table_privilege('public', 'pg_catalog.pg_class', 'SELECT')
    and pg_catalog.has_table_privilege('public', 'pg_catalog.pg_namespace', 'SELECT')
)::text
`;
