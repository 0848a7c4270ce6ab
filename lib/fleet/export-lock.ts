import { z } from 'zod'
import { fromBase64 } from './bytes.ts'
import { csvRecord } from './csv.ts'
import { type Lock, type LocksPage, lockSchema, locksPageSchema } from './lock.ts'

/** Locks as they leave the console for a file: times are absolute, and there is no token that could free one. */

export const exportFormatSchema = z.enum(['csv', 'json'])
export type ExportFormat = z.infer<typeof exportFormatSchema>

const exportedLockSchema = lockSchema
  .omit({ seen: true, releaseBlocked: true })
  /** When the first hold ends if nobody renews it; null when it never does, or nobody knows. */
  .extend({ endsAt: z.iso.datetime().nullable() })

export const exportSchema = z.object({
  q: z.string(),
  exportedAt: z.iso.datetime(),
  locks: z.array(exportedLockSchema),
  /** Backends that did not answer in full while it was written: of these, locks may be missing or old. */
  incomplete: locksPageSchema.shape.incomplete,
  /** Comes last: without it the file is not whole. */
  count: z.number().int().nonnegative(),
})

const COLUMNS: readonly (readonly [name: string, of: (lock: Lock) => string | number | null])[] = [
  ['id', ({ id }) => id],
  ['backend', ({ backend }) => backend],
  ['database', ({ database }) => database],
  ['name', ({ name }) => name],
  // Base64 could begin like a formula.
  ['nameHex', ({ nameBytes }) => hexOf(nameBytes)],
  ['dialect', ({ dialect }) => dialect],
  ['confidence', ({ confidence }) => confidence],
  ['kind', ({ kind }) => kind],
  ['state', ({ state }) => state],
  ['holders', ({ holders }) => holders.map(({ label }) => label).join('; ')],
  ['since', ({ holders: [first] }) => first?.since ?? null],
  ['sinceIs', ({ holders: [first] }) => first?.sinceIs ?? null],
  ['endsAt', endsAt],
  ['remainingIs', ({ holders: [first] }) => first?.remainingIs ?? null],
  ['lastRenewedAt', ({ holders: [first] }) => first?.lastRenewedAt ?? null],
  ['waiters', ({ waiters }) => (waiters.known ? waiters.count : 'unknown')],
  ['votes', ({ votes, quorum }) => `${votes.filter(isSame).length} of ${quorum.of}`],
  ['fence', ({ holders: [first] }) => first?.fence ?? null],
  ['verdicts', ({ verdicts }) => verdicts.map(({ id }) => id).join(' ')],
  ['frozenUntil', ({ gate }) => gate?.until ?? null],
  ['observedAt', ({ observedAt }) => observedAt],
]

export const csvHead = (): string => csvRecord(COLUMNS.map(([name]) => name))

export const csvOfLock = (lock: Lock): string => csvRecord(COLUMNS.map(([, of]) => of(lock)))

/** A remark below the records, only where there is something to remark. */
export const csvTail = (incomplete: LocksPage['incomplete']): string =>
  incomplete
    .map(({ backend, nodes }) =>
      csvRecord([`# Of ${backend}: ${nodes.join(' and ')} gave no answer; its locks may be missing or old.`]),
    )
    .join('')

export function jsonOfLock(lock: Lock): string {
  const { seen: _seen, releaseBlocked: _releaseBlocked, ...told } = lock
  return JSON.stringify({ ...told, endsAt: endsAt(lock) })
}

const isSame = (vote: Lock['votes'][number]): boolean => vote.vote === 'holder' && vote.same

function endsAt({ holders: [first], observedAt }: Lock): string | null {
  if (!first || first.remainingMs === null) return null
  return new Date(Date.parse(observedAt) + first.remainingMs).toISOString()
}

const hexOf = (base64: string): string =>
  Array.from(fromBase64(base64) ?? [], (byte) => byte.toString(16).padStart(2, '0')).join('')
