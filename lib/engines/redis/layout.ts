/**
 * What Redis holds for a lock of ours. Keys are hash-tagged by the lock's name, readable by redis-cli, and expire
 * (clock, marker and index aside).
 *
 *   lk:{name}          string  "<token> <json>", PX ttl. json = { fence: "…" | null, since, ttl, owner }; times are the
 *                              node's own milliseconds. Compare the first 32 characters, show only the rest.
 *   lk:{name}:queue    zset    member = ticket of a waiter, score = microseconds of its first asking
 *   lk:{name}:waiters  hash    ticket -> json { since, until, owner }; dead once the node's time passes `until`.
 *                              On a lone node the ticket is the token that will hold. On a voter the queue is only a
 *                              trace: each round asks with a token of its own, the ticket stays, also while another
 *                              round is being granted, until the waiter leaves.
 *   lk:index           zset    member = name, score = ms after which nothing of it can be left
 *   lk:clock           string  the last fence given (microseconds, grows with every grant)
 *   lk:marker          string  present since the node was bootstrapped; gone = the node lost its memory
 *   lk:quarantine      string  PX maxTtl; while it is there the node grants nothing
 *   lk:wake:<process>  channel message = name of a lock that this process waits for and should ask for again
 */
export const PREFIX = 'lk:'
export const INDEX_KEY = 'lk:index'
export const CLOCK_KEY = 'lk:clock'
export const MARKER_KEY = 'lk:marker'
export const QUARANTINE_KEY = 'lk:quarantine'

export const TOKEN_LENGTH = 32

export const lockKey = (name: string): string => `lk:{${name}}`
export const queueKey = (name: string): string => `lk:{${name}}:queue`
export const waitersKey = (name: string): string => `lk:{${name}}:waiters`
export const wakeChannel = (process: string): string => `lk:wake:${process}`
