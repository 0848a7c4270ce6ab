import type { Dialect, Look, Raw } from './dialect.ts'
import { byName, holder, sight } from './sight.ts'

const TOKEN = /^[A-Za-z0-9+/]{43}=$/
const WRITE = '__write__'
/** The server's own time is in the scores, and the key ends with the last of them. */
const SKEW_MS = 2_000

/** Scores are when each one's time ends; a member of its own says that only one may have it. Before 5.2 it was a string. */
export const symfony: Dialect = {
  id: 'symfony',
  types: ['zset', 'string'],
  never: ['symfony_check_support_time'],
  read(look) {
    const { raw } = look
    if (raw.type === 'zset') return shared(look, raw)
    const confidence = look.text.length === 44 && TOKEN.test(look.text) ? byName(look) : null
    return confidence && sight(look, { dialect: this.id, confidence })
  },
}

function shared(look: Look, raw: Extract<Raw, { type: 'zset' }>) {
  const members = raw.members.map(([bytes, end]) => [bytes.toString('latin1'), end] as const)
  const tokens = members.filter(([member]) => member !== WRITE)
  if (tokens.length === 0 || tokens.some(([token]) => !TOKEN.test(token))) return null
  const last = Math.max(...members.map(([, end]) => end))
  if (!(raw.expiry > 0) || Math.abs(last - look.nodeNow - raw.expiry) > SKEW_MS) return null
  const writes = tokens.length < members.length
  const holders = tokens.flatMap(([token, end]) => {
    const remainingMs = Math.round(end - look.nodeNow)
    if (remainingMs <= 0) return []
    const who = { labels: { mode: writes ? 'write' : 'read' } }
    return holder(look, { remainingMs, remainingIs: 'exact', who }, token)
  })
  if (holders.length === 0) return null
  return sight(look, {
    ...{ dialect: 'symfony', confidence: 'certain', holders },
    kind: writes ? 'mutex' : 'read-write',
  })
}
