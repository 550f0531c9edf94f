/**
 * The tables of pg_catalog, and `pg_settings`, whose UPDATE is a set_config. Whoever writes to them directly makes
 * roles, changes functions and drops tables without any of the statements that are named for it.
 *
 * Listed, since a user's own table may well begin with `pg_` (`pg_search_documents`, `pg_stat_history` …).
 */
const tables: ReadonlySet<string> = new Set(
  `
  pg_aggregate pg_am pg_amop pg_amproc pg_attrdef pg_attribute pg_auth_members pg_authid pg_cast pg_class
  pg_collation pg_constraint pg_conversion pg_database pg_db_role_setting pg_default_acl pg_depend
  pg_description pg_enum pg_event_trigger pg_extension pg_foreign_data_wrapper pg_foreign_server
  pg_foreign_table pg_index pg_inherits pg_init_privs pg_language pg_largeobject pg_largeobject_metadata
  pg_namespace pg_opclass pg_operator pg_opfamily pg_parameter_acl pg_partitioned_table pg_policy pg_proc
  pg_publication pg_publication_namespace pg_publication_rel pg_range pg_replication_origin pg_rewrite
  pg_seclabel pg_sequence pg_settings pg_shdepend pg_shdescription pg_shseclabel pg_statistic
  pg_statistic_ext pg_statistic_ext_data pg_subscription pg_subscription_rel pg_tablespace pg_transform
  pg_trigger pg_ts_config pg_ts_config_map pg_ts_dict pg_ts_parser pg_ts_template pg_type pg_user_mapping
`
    .trim()
    .split(/\s+/),
);

const schemas: ReadonlySet<string> = new Set(["information_schema", "pg_catalog", "pg_toast"]);

/** Whether an object is the server's own. Without a schema pg_catalog is searched first, unless search_path says else. */
export function isCatalogue(schema: string | undefined, name: string): boolean {
  return schema === undefined ? tables.has(name) : schemas.has(schema);
}

/** Views that read the server's configuration files, each by a function that is denied under its own name. */
const fileViews: ReadonlyMap<string, string> = new Map([
  ["pg_file_settings", "pg_show_all_file_settings"],
  ["pg_hba_file_rules", "pg_hba_file_rules"],
  ["pg_ident_file_mappings", "pg_ident_file_mappings"],
]);

/** The function that reading this view calls, if it is one of those. */
export function fileFunctionOf(schema: string | undefined, name: string): string | undefined {
  return schema === undefined || schema === "pg_catalog" ? fileViews.get(name) : undefined;
}
