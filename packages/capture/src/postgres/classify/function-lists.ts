/**
 * The functions of pg_catalog that are VOLATILE, or not what their volatility suggests, sorted by hand. Whatever
 * stands neither here nor in pure-functions.ts is unknown, and treated as one that could do anything.
 */

/** Volatile, yet change nothing that outlives the session: clocks, dice, locks, sizes, and the server's state. */
export const harmlessFunctions: ReadonlySet<string> = words(`
  clock_timestamp timeofday pg_sleep pg_sleep_for pg_sleep_until
  random random_normal setseed gen_random_uuid uuidv4 uuidv7 array_sample array_shuffle
  currval lastval current_query currtid2 amvalidate pg_export_snapshot
  pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all
  pg_advisory_unlock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_try_advisory_lock
  pg_try_advisory_lock_shared pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared
  pg_relation_size pg_table_size pg_indexes_size pg_total_relation_size pg_database_size pg_tablespace_size
  pg_partition_ancestors pg_partition_tree pg_sequence_last_value pg_get_sequence_data
  pg_blocking_pids pg_safe_snapshot_blocking_pids pg_isolation_test_session_is_blocked pg_lock_status
  pg_is_in_recovery pg_is_wal_replay_paused pg_get_wal_replay_pause_state pg_current_wal_flush_lsn
  pg_current_wal_insert_lsn pg_current_wal_lsn pg_last_wal_receive_lsn pg_last_wal_replay_lsn
  pg_last_xact_replay_timestamp pg_last_committed_xact pg_xact_status txid_status pg_xact_commit_timestamp
  pg_xact_commit_timestamp_origin pg_prepared_xact pg_get_multixact_members pg_notification_queue_usage
  pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system pg_jit_available
  pg_collation_actual_version pg_database_collation_actual_version pg_get_wait_events pg_get_aios
  pg_get_backend_memory_contexts pg_get_shmem_allocations pg_get_shmem_allocations_numa
  pg_get_wal_resource_managers pg_get_wal_summarizer_state pg_get_loaded_modules
  pg_stat_clear_snapshot pg_stat_force_next_flush pg_stat_get_backend_io pg_stat_get_backend_wal
  pg_stat_get_io pg_stat_get_recovery_prefetch pg_stat_have_stats pg_stat_get_xact_blocks_fetched
  pg_stat_get_xact_blocks_hit pg_stat_get_xact_function_calls pg_stat_get_xact_function_self_time
  pg_stat_get_xact_function_total_time pg_stat_get_xact_numscans pg_stat_get_xact_tuples_deleted
  pg_stat_get_xact_tuples_fetched pg_stat_get_xact_tuples_hot_updated pg_stat_get_xact_tuples_inserted
  pg_stat_get_xact_tuples_newpage_updated pg_stat_get_xact_tuples_returned pg_stat_get_xact_tuples_updated
  lo_open lo_close lo_get lo_lseek lo_lseek64 lo_tell lo_tell64 loread
`);

/** Change data or notify, but undone by ROLLBACK. */
export const transactionalWriters: ReadonlySet<string> = words(`
  pg_notify lo_creat lo_create lo_from_bytea lo_put lo_truncate lo_truncate64 lo_unlink lowrite
`);

/** Advance a sequence: no ROLLBACK takes that back. */
export const sequenceFunctions: ReadonlySet<string> = words("nextval setval");

/**
 * STABLE or IMMUTABLE by the catalogue, but they read tables that their arguments name, run SQL text, or call
 * another function by its number.
 */
export const notPure: ReadonlySet<string> = words(`
  table_to_xml table_to_xml_and_xmlschema table_to_xmlschema schema_to_xml schema_to_xml_and_xmlschema
  schema_to_xmlschema database_to_xml database_to_xml_and_xmlschema database_to_xmlschema
  fmgr_c_validator fmgr_internal_validator fmgr_sql_validator
`);

/**
 * Run SQL that they are given as text, so that what they do stands in a string. Those of tablefunc are here since it
 * is installed almost everywhere.
 */
export const textRunners: ReadonlySet<string> = words(`
  query_to_xml query_to_xml_and_xmlschema query_to_xmlschema cursor_to_xml cursor_to_xmlschema
  ts_rewrite ts_stat crosstab crosstab2 crosstab3 crosstab4
`);

/**
 * Reach the server's files, its processes, its configuration, its replication, or another server. Extensions
 * install theirs in any schema, so these match whatever schema is written before them.
 */
const adminFunctions: ReadonlySet<string> = words(`
  lo_import lo_export pg_stat_file pg_current_logfile pg_hba_file_rules pg_ident_file_mappings
  pg_show_all_file_settings pg_reload_conf pg_rotate_logfile pg_cancel_backend pg_terminate_backend
  pg_log_backend_memory_contexts pg_log_standby_snapshot pg_promote pg_switch_wal pg_create_restore_point
  pg_available_wal_summaries pg_wal_summary_contents pg_sync_replication_slots pg_import_system_collations
  pg_nextoid pg_stop_making_pinned_objects pg_extension_config_dump pg_execute_server_program
  pg_start_backup pg_stop_backup pg_logical_emit_message
`);
const adminPatterns: readonly RegExp[] = [
  /^dblink/,
  /^binary_upgrade_/,
  /^pg_(ls|read|file|logdir)_/,
  /^pg_(backup|clear|restore)_/,
  /^pg_stat_reset/,
  /^pg_(logical_slot|replication|show_replication|wal_replay)_/,
  /_replication_slot$/,
];

export function isAdminFunction(name: string): boolean {
  return adminFunctions.has(name) || adminPatterns.some((pattern) => pattern.test(name));
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
