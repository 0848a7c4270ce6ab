import { HEAD_BYTES, HEAD_ENTRIES } from './dialects/dialect.ts'

/** Bytes. No library writes a longer token without saying in the name what it is. */
export const LONGEST_TOKEN = 128
/** Entries of a lock whose name does not say what it is. */
export const FEW_ENTRIES = 8
/** Bytes of all entries of one key together. Beyond, one of them may be huge, and none is read. */
export const HEAVY_BYTES = 2 * HEAD_ENTRIES * HEAD_BYTES
