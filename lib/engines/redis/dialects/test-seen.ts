import type { Sighting } from '../../../fleet/sighting.ts'
import type { Raw, Seen } from './dialect.ts'
import { besideOf, sightingOf } from './index.ts'

/** For tests: what one node may have read, and what the dialects together make of it. */

export const NOW = Date.parse('2026-11-21T03:00:00Z')
export const digest = (token: Uint8Array | string) => `d${Buffer.from(token).toString('latin1')}`

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const common = (key: string, size: number, expiry: number) => ({ key: latin1(key), size, expiry })

export const string = (key: string, value: string, expiry = 5_000): Raw => {
  const head = latin1(value)
  return { ...common(key, head.length, expiry), type: 'string', head: head.subarray(0, 512) }
}
export const hash = (key: string, fields: Record<string, string>, expiry = 5_000): Raw => {
  const entries = Object.entries(fields).map(([field, value]) => [latin1(field), latin1(value)] as const)
  return { ...common(key, entries.length, expiry), type: 'hash', fields: entries }
}
export const zset = (key: string, scores: Record<string, number>, expiry = 5_000): Raw => {
  const members = Object.entries(scores).map(([member, score]) => [latin1(member), score] as const)
  return { ...common(key, members.length, expiry), type: 'zset', members }
}
export const items = (type: 'list' | 'set', key: string, all: string[], expiry = -1): Raw => ({
  ...common(key, all.length, expiry),
  ...{ type, items: all.map(latin1) },
})
export const none = (key: string): Raw => ({ ...common(key, 0, -2), type: 'none' })

/** Of a lock's key and of what else there is, of which only what is asked for is handed on. */
export function decode(raw: Raw, others: Raw[] = [], over: Partial<Seen> = {}): Sighting | null {
  const there = new Map(others.map((other) => [other.key.toString('latin1'), other]))
  const asked = (besideOf(raw)?.keys ?? []).map((key) => key.toString('latin1'))
  return sightingOf({
    raw,
    beside: new Map(asked.map((key) => [key, there.get(key) ?? null])),
    ...{ nodeNow: NOW, readAt: NOW, pinned: null, digest },
    ...over,
  })
}

export const nameOf = (sighting: Sighting | null): string | undefined =>
  sighting?.nameBytes && Buffer.from(sighting.nameBytes, 'base64').toString('latin1')
