import { MOST_PERMITS } from '../owner-record.ts'
import type { RawOwn, RawShared } from './dialects/lockkeeper.ts'
import { TOKEN_LENGTH } from './layout.ts'
import { slotOf } from './own-keys.ts'
import { readFields } from './read-fields.ts'
import type { Reader } from './reader.ts'
import { ask, buffers, bytes, type Command, LONGEST_VALUE, number } from './replies.ts'

/** More than may hold: those who ran out are only swept by the next one who asks. */
const MOST_FIELDS = 2 * MOST_PERMITS

/**
 * Locks that several may hold: on a lone node their holders are fields beside the number of permits, on a voter that number
 * stands alone and each permit is a key of its own.
 */
export async function readShared(reader: Reader, raws: readonly RawOwn[]): Promise<void> {
  if (raws.length === 0) return
  const permits = await readFields(
    reader,
    raws.map(({ key }) => ({ key, field: 'permits' })),
  )
  const counts = await ask(
    reader,
    raws.map(({ key }): Command => ['HLEN', key]),
  )
  const all = raws.flatMap((raw, index) => {
    const count = Number(permits[index]?.toString() ?? Number.NaN)
    const isOurs = Number.isInteger(count) && count > 0 && count <= MOST_PERMITS
    if (!isOurs || number(counts[index]) > MOST_FIELDS) return []
    raw.shared = { permits: count, holders: [], slots: [] }
    return [{ key: raw.key, shared: raw.shared, isVoter: number(counts[index]) === 1 }]
  })
  for (const { key, shared, isVoter } of all) {
    if (isVoter) await readSlots(reader, key, shared)
    else await readHolders(reader, key, shared)
  }
}

async function readHolders(reader: Reader, key: Buffer, shared: RawShared): Promise<void> {
  const [fields] = await ask(reader, [['HKEYS', key]])
  const tokens = buffers(fields).filter(({ length }) => length === TOKEN_LENGTH)
  const records = await readFields(
    reader,
    tokens.map((field) => ({ key, field })),
  )
  tokens.forEach((token, index) => {
    const record = records[index]
    if (record) shared.holders.push({ token, record })
  })
}

async function readSlots(reader: Reader, key: Buffer, shared: RawShared): Promise<void> {
  const slots = Array.from({ length: shared.permits }, (_, slot) => slot)
  const replies = await ask(
    reader,
    slots.flatMap((slot): Command[] => [
      ['GETRANGE', slotOf(key, slot), 0, LONGEST_VALUE - 1],
      ['PTTL', slotOf(key, slot)],
    ]),
  )
  for (const slot of slots) {
    const value = bytes(replies[2 * slot])
    const expiry = number(replies[2 * slot + 1])
    if (value?.length && expiry !== -2) shared.slots.push({ slot, value, expiry })
  }
}
