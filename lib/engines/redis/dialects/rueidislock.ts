import { remainingOf } from '../expiry.ts'
import type { Dialect, Raw } from './dialect.ts'
import { holder, sight } from './sight.ts'

const PREFIX = 'rueidislock:'
const NAME = /^rueidislock:([012]):(.+)$/s
const FIRST = 'rueidislock:0:'
const TOKEN_LENGTH = 24
const MAJORITY = 2

/** Go: a majority of three keys in one Redis, each with the same 24 random bytes. The first of them stands for the lock. */
export const rueidislock: Dialect = {
  id: 'rueidislock',
  types: ['string', 'none'],
  prefixes: [PREFIX],
  lockOf(name) {
    const [, , rest] = NAME.exec(name) ?? []
    return rest === undefined ? null : FIRST + rest
  },
  beside(_, name) {
    if (!name.startsWith(FIRST)) return null
    const rest = name.slice(FIRST.length)
    return [`${PREFIX}1:${rest}`, `${PREFIX}2:${rest}`]
  },
  read(look) {
    const others = this.beside?.(look.raw, look.name)
    if (!others) return null
    const all = [look.raw, ...others.map((key) => look.beside.get(key))].flatMap((raw) => voteOf(raw) ?? [])
    const token = all.find(
      (one) => all.filter((other) => other.token === one.token).length >= MAJORITY,
    )?.token
    if (token === undefined) return null
    const expiries = all.flatMap((one) => (one.token === token ? one.expiry : [])).sort((a, b) => b - a)
    const remaining = remainingOf(expiries[MAJORITY - 1] ?? 0)
    return sight(look, {
      ...{ dialect: this.id, confidence: 'certain', name: look.name.slice(FIRST.length) },
      holders: [holder(look, remaining, token)],
    })
  },
}

function voteOf(raw: Raw | null | undefined): { token: string; expiry: number } | null {
  if (raw?.type !== 'string' || raw.size !== TOKEN_LENGTH) return null
  return { token: raw.head.toString('latin1'), expiry: raw.expiry }
}
