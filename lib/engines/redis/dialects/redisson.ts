import type { SeenHolder, SeenWaiter } from '../../../fleet/sighting.ts'
import { remainingOf } from '../expiry.ts'
import type { Dialect, Look, Raw } from './dialect.ts'
import { clientOf, holder, sight } from './sight.ts'

const QUEUE = 'redisson_lock_queue:'
const TIMEOUT = 'redisson_lock_timeout:'
const FENCE = 'redisson_lock_token:'
const PARTS = [QUEUE, TIMEOUT, FENCE]
const READ_MARK = ':rwlock_timeout:'
const READ_TIMEOUT = /^(.+):[0-9a-f]{8}-[0-9a-f-]{27}:-?\d+:rwlock_timeout:\d+$/
const HOLDER = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:-?\d{1,20}(?::write)?$/
const COUNT = /^[1-9]\d{0,9}$/
const UUID_LENGTH = 36
const MODE = 'mode'
const WRITE = ':write'
/** The times of so many readers are looked up; others have the key's. */
const MOST_READERS = 16

type Hash = Extract<Raw, { type: 'hash' }>

/**
 * Redisson's lock, fair, fenced, spin and read-write lock: a hash from holders, which are a client's UUID and a thread, to how
 * often each has it. Only a fair lock tells who waits.
 */
export const redisson: Dialect = {
  id: 'redisson',
  types: ['hash'],
  prefixes: [QUEUE, TIMEOUT, '{'],
  // The fence stays when the lock is free.
  never: [FENCE, 'redisson_unlock_latch:'],
  lockOf(name) {
    const head = PARTS.find((part) => name.startsWith(part))
    if (head) return namedBy(name.slice(head.length))
    const reader = name.includes(READ_MARK) && READ_TIMEOUT.exec(name)?.[1]
    return reader ? namedBy(reader) : null
  },
  beside(raw, name) {
    if (raw.type !== 'hash' || !looksRight(raw)) return null
    if (!isReadWrite(raw)) return PARTS.map((part) => part + tagged(name))
    return raw.fields
      .filter((entry) => isReader(fieldOf(entry)))
      .slice(0, MOST_READERS)
      .map((entry) => readTimeout(name, entry))
  },
  read(look) {
    const { raw } = look
    if (raw.type !== 'hash' || !looksRight(raw)) return null
    return isReadWrite(raw) ? readWrite(look, raw) : mutex(look, raw)
  },
}

/** Its keys have the lock's name as their hash tag, unless that has one itself. */
export const tagged = (name: string): string => (name.includes('{') ? name : `{${name}}`)

/** The other way round; null when it is no name of Redisson's making. */
export function namedBy(tag: string): string | null {
  if (/^\{[^{}]+\}$/.test(tag)) return tag.slice(1, -1)
  return tag.includes('{') ? tag : null
}

const fieldOf = ([field]: readonly [Buffer, Buffer]): string => field.toString('latin1')
const isReadWrite = (raw: Hash): boolean => raw.fields.some((entry) => fieldOf(entry) === MODE)

function looksRight(raw: Hash): boolean {
  if (!(raw.expiry > 0) || raw.fields.length === 0) return false
  const others = raw.fields.filter(([field, value]) => {
    if (HOLDER.test(field.toString('latin1'))) return !COUNT.test(value.toString('latin1'))
    return field.toString('latin1') !== MODE || !/^(read|write)$/.test(value.toString('latin1'))
  })
  if (others.length > 0) return false
  return isReadWrite(raw) ? raw.size > 1 : raw.size === 1 && !fieldOf(entryOf(raw)).endsWith(WRITE)
}

const entryOf = (raw: Hash) => raw.fields[0] ?? ([Buffer.alloc(0), Buffer.alloc(0)] as const)

function mutex(look: Look, raw: Hash) {
  const fence = textOf(look.beside.get(FENCE + tagged(look.name)))
  const [token, count] = entryOf(raw)
  const holders = [
    holderOf(look, token.toString('latin1'), {
      count: count.toString('latin1'),
      more: { fence: fence !== null && /^\d{1,20}$/.test(fence) ? fence : null },
    }),
  ]
  const queue = queueOf(look)
  return sight(look, {
    ...{ dialect: 'redisson', confidence: 'certain', holders },
    ...queue,
  })
}

const textOf = (raw: Raw | null | undefined): string | null =>
  raw?.type === 'string' ? raw.head.toString('latin1') : null

/** Null when it is no fair lock, or nobody waited so far: then nobody knows. Those who gave up are still in the list. */
function queueOf(look: Look): { waiters: SeenWaiter[]; dead: number; unread: number } | null {
  const queue = look.beside.get(QUEUE + tagged(look.name))
  const timeouts = look.beside.get(TIMEOUT + tagged(look.name))
  if (queue?.type !== 'list' || timeouts?.type !== 'zset') return null
  const alive = new Map(timeouts.members.map(([member, score]) => [member.toString('latin1'), score]))
  const waiters = queue.items.flatMap((item) => {
    const token = item.toString('latin1')
    if ((alive.get(token) ?? 0) <= look.nodeNow || !HOLDER.test(token)) return []
    const { tokenDigest, label, identity } = holderOf(look, token)
    return { tokenDigest, label, identity, since: null }
  })
  const read = queue.items.length
  return { waiters, dead: read - waiters.length, unread: Math.max(0, queue.size - read) }
}

const isReader = (field: string): boolean => field !== MODE && !field.endsWith(WRITE)

/** What says how long a reader has it yet; who has it twice has two of them. */
const readTimeout = (name: string, [field, count]: readonly [Buffer, Buffer]): string =>
  `${tagged(name)}:${field.toString('latin1')}${READ_MARK}${count.toString('latin1')}`

function readWrite(look: Look, raw: Hash) {
  const holders = raw.fields.flatMap((entry) => {
    const field = fieldOf(entry)
    if (field === MODE) return []
    const own = isReader(field) ? look.beside.get(readTimeout(look.name, entry)) : null
    return holderOf(look, field, {
      count: entry[1].toString('latin1'),
      labels: { mode: isReader(field) ? 'read' : 'write' },
      ...(own && own.type !== 'none' ? { more: remainingOf(own.expiry) } : {}),
    })
  })
  return sight(look, { dialect: 'redisson', confidence: 'certain', kind: 'read-write', holders })
}

interface Details {
  count?: string
  labels?: Record<string, string>
  more?: Partial<Omit<SeenHolder, 'identity'>>
}

/** The client is told by what stands for its UUID, and is the same in all of its holds. */
export function holderOf(look: Look, token: string, { count = '1', labels, more }: Details = {}): SeenHolder {
  const client = look.digest(Buffer.from(token.slice(0, UUID_LENGTH), 'latin1'))
  const thread = token.slice(UUID_LENGTH + 1).replace(WRITE, '')
  return holder(
    look,
    {
      label: `${clientOf(client)}, thread ${thread}`,
      who: {
        service: clientOf(client),
        process: client,
        labels: { ...labels, thread, ...(count === '1' ? {} : { reentrant: count }) },
      },
      ...more,
    },
    token,
  )
}
