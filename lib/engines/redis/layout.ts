/**
 * What Redis holds for locks of ours; README.md beside this file shows it. Everything that belongs to one name has the
 * name's hash tag, and the scripts make those keys themselves from the lock's.
 */
export const PREFIX = 'lk:'
export const INDEX_KEY = 'lk:index'
export const CLOCK_KEY = 'lk:clock'
export const MARKER_KEY = 'lk:marker'
export const QUARANTINE_KEY = 'lk:quarantine'

/** What a node keeps for itself, as the scripts expect it: the clock, then an index, then what only a voter has. */
export const LONE_KEYS: readonly string[] = [CLOCK_KEY, INDEX_KEY]
export const VOTER_KEYS: readonly string[] = [...LONE_KEYS, MARKER_KEY, QUARANTINE_KEY]

/** On a cluster every slot has a clock of its own, and the rest is done without: it could not be in every slot at once. */
export const slotKeys = (tag: string): readonly string[] => [`${CLOCK_KEY}:{${tag}}`]

export const TOKEN_LENGTH = 32

export const lockKey = (name: string): string => `lk:{${name}}`
export const queueKey = (name: string): string => `lk:{${name}}:queue`
export const waitersKey = (name: string): string => `lk:{${name}}:waiters`
export const wakeChannel = (process: string): string => `lk:wake:${process}`
