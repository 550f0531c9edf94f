/** Every limit of the ledger in one place, each with its source. */

/** A payload larger than this belongs into a blob; GCM itself would allow 64 GiB. */
export const PAYLOAD_BYTES_MAX: number = 64 * 1024 * 1024;

/** Entries of one commit. Half of the expected crowd, so that one half is sealed while the other is synced. */
export const BATCH_ENTRIES_MAX = 512;
export const BATCH_BYTES_MAX: number = 1024 * 1024;

/** Entries and bytes that may wait for a commit; beyond it appenders wait. */
export const QUEUE_ENTRIES_MAX = 8192;
export const QUEUE_BYTES_MAX: number = 16 * 1024 * 1024;

/**
 * Committed frames are kept in memory until they are integrated; beyond this, commits wait for the integration. A start
 * after a crash integrates them first: at the worst so much in small records, within a second.
 */
export const PENDING_BYTES_MAX: number = 16 * 1024 * 1024;

/** Integration starts at once when this much is pending, else with the next checkpoint. */
export const INTEGRATE_BYTES: number = 8 * 1024 * 1024;

/** At most one checkpoint in this time. */
export const CHECKPOINT_INTERVAL_MS = 1000;

/** How long something written may stay unsynced, and something queued unwritten. */
export const SYNC_DELAY_MS = 20;

/** Size of one preallocated write-ahead segment. */
export const SEGMENT_BYTES: number = 64 * 1024 * 1024;

/** A pack of blobs is begun anew beyond this: small enough to be copied and checked in memory as a whole. */
export const PACK_BYTES_MAX: number = 16 * 1024 * 1024;

/** Chunks are sealed together up to this size: deflate looks back 32 KiB, and whoever reads one opens them all. */
export const PARCEL_CONTENT_BYTES: number = 64 * 1024;

/** The largest blob: the manifest of one has 12 bytes for 8 KiB at the worst, so it stays below 32 MiB. */
export const BLOB_BYTES_MAX: number = 16 * 1024 * 1024 * 1024;

/** Data keys whose packs are open for writing at once, each with a file; the least recently used are closed. */
export const OPEN_KEYS_MAX = 256;

/** Memory for the places of known chunks, of all open keys together; beyond it too, keys that nobody uses are closed. */
export const KNOWN_BYTES_MAX: number = 64 * 1024 * 1024;

/** Chunks that are known of one key, in each of two generations, at 28 bytes and the room to find them. */
export const KNOWN_CHUNKS_MAX: number = 256 * 1024;

/** Threads of Node's four that blobs take at once. The write-ahead file needs one, and whoever waits for it most of all. */
export const BLOB_DEFLATES_MAX = 1;
export const BLOB_SYNCS_MAX = 2;
