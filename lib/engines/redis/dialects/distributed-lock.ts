import type { SeenWaiter } from '../../../fleet/sighting.ts'
import { remainingOf } from '../expiry.ts'
import type { Dialect, Look, Raw } from './dialect.ts'
import { saysLock } from './lock-words.ts'
import { holder, shown, sight } from './sight.ts'

const ID = 'distributed-lock'
const HOLDER = /^(\S{1,255})_(\d{1,10})_[0-9a-f]{32}$/
const WAITING = '_WRITERWAITING'
/** The random part of an id, with the underline before it. */
const RANDOM_33 = 33
const READERS = '.readers'
const WRITER = '.writer'
/** A lock lasts this long by default; sessions and the like last longer. */
const USUAL_TTL_MS = 30_000

const latin1 = (bytes: Buffer): string => bytes.toString('latin1')

function holderOf(look: Look, token: string, known: Parameters<typeof holder>[1] = {}) {
  const [, host = '', pid = ''] = HOLDER.exec(token) ?? []
  const who = { ...known.who, host: shown(host), pid: Number(pid) }
  return holder(look, { label: `${shown(host)}, pid ${pid}`, ...known, who }, token)
}

/** .NET's DistributedLock: machine, process and a random part. */
export const distributedLock: Dialect = {
  id: ID,
  types: ['string', 'zset'],
  read(look) {
    const { raw } = look
    if (raw.type === 'zset') return semaphore(look, raw)
    if (look.text.at(-RANDOM_33) !== '_' || !HOLDER.test(look.text)) return null
    if (look.name.endsWith(WRITER) || raw.size > look.text.length || !(raw.expiry > 0)) return null
    const confidence = raw.expiry <= USUAL_TTL_MS || saysLock(raw.key) ? 'likely' : 'candidate'
    return sight(look, { dialect: ID, confidence, holders: [holderOf(look, look.text)] })
  },
}

/** Scores are when each one's time ends, by the server's clock. */
function semaphore(look: Look, raw: Extract<Raw, { type: 'zset' }>) {
  if (raw.members.length === 0 || raw.members.some(([id]) => !HOLDER.test(latin1(id)))) return null
  const holders = raw.members.flatMap(([id, end]) => {
    const remainingMs = Math.round(end - look.nodeNow)
    return remainingMs > 0 ? holderOf(look, latin1(id), { remainingMs, remainingIs: 'exact' }) : []
  })
  if (holders.length === 0) return null
  return sight(look, { dialect: ID, confidence: 'certain', kind: 'semaphore', permits: null, holders })
}

/** Readers are a set, and the writer is a string; it also says that a writer waits for the readers. */
export const distributedReadWrite: Dialect = {
  id: 'distributed-lock-rw',
  types: ['set', 'none'],
  suffixes: [READERS, WRITER],
  lockOf: (name) => (name.endsWith(WRITER) ? name.slice(0, -WRITER.length) + READERS : name),
  beside: (_, name) => (name.endsWith(READERS) ? [name.slice(0, -READERS.length) + WRITER] : null),
  read(look) {
    if (!look.name.endsWith(READERS)) return null
    const readers = look.raw.type === 'set' ? look.raw.items.map(latin1) : []
    const name = look.name.slice(0, -READERS.length)
    const beside = look.beside.get(name + WRITER)
    const said = beside?.type === 'string' ? latin1(beside.head) : ''
    const waits = said.endsWith(WAITING) ? said.slice(0, -WAITING.length) : null
    const writer = waits === null && said !== '' ? said : null
    if (readers.length === 0 && writer === null) return null
    if ([...readers, writer ?? waits ?? readers[0]].some((id) => !HOLDER.test(id ?? ''))) return null
    const holders = readers.map((id) => holderOf(look, id, { who: { labels: { mode: 'read' } } }))
    if (writer !== null && beside) {
      const who = { labels: { mode: 'write' } }
      holders.push(holderOf(look, writer, { ...remainingOf(beside.expiry), who }))
    }
    return sight(look, {
      ...{ dialect: this.id, confidence: 'certain', kind: 'read-write', name, holders },
      ...(waits === null ? {} : { waiters: [waiterOf(look, waits)] }),
    })
  },
}

/** Of all who wait only the writer who is next leaves a trace. */
function waiterOf(look: Look, token: string): SeenWaiter {
  const { tokenDigest, label, identity } = holderOf(look, token)
  return { tokenDigest, label, identity, since: null }
}
