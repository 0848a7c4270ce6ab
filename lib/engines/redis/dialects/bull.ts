import type { Dialect, Look, Raw } from './dialect.ts'
import { holder, shown, sight } from './sight.ts'
import { isUuid4 } from './uuid.ts'

const LOCK = ':lock'
const LAYOUT = /^(?:.*:)?([^:]+):([^:]+):lock$/
const DEFAULT_PREFIX = /^(?:bull|\{bull\}):/
const UUID_LENGTH = 36
const SUFFIX = /^(?::\d{1,12})?$/
/** What the hash of every job has. */
const FIELDS = ['data', 'opts', 'timestamp']

const jobKey = (name: string): string => name.slice(0, -LOCK.length)
const metaKey = (name: string): string => `${jobKey(name).replace(/:[^:]*$/, '')}:meta`

/** Who works on a job. The job is the hash beside it; only BullMQ has a hash with what is known of the queue. */
const job = (id: string, isMine: (look: Look) => boolean): Dialect => ({
  id,
  types: ['string'],
  beside: (raw, name) =>
    raw.type === 'string' && name.endsWith(LOCK) && LAYOUT.test(name) ? [jobKey(name), metaKey(name)] : null,
  read(look) {
    if (look.beside.size === 0 || !look.name.endsWith(LOCK)) return null
    const hash = look.beside.get(jobKey(look.name))
    const fields = hash?.type === 'hash' ? fieldsOf(hash) : null
    if (!fields || !FIELDS.every((field) => fields.has(field)) || !isMine(look)) return null
    const since = timeOf(fields.get('processedOn'))
    const worker = fields.get('pb')
    const kind = fields.get('name')
    return sight(look, {
      ...{ dialect: id, confidence: 'certain', kind: 'job' },
      name: jobKey(look.name).replace(DEFAULT_PREFIX, ''),
      holders: [
        holder(look, {
          ...(worker ? { label: shown(worker) } : {}),
          ...(since === null ? {} : { since, sinceIs: 'exact' }),
          who: {
            ...(worker ? { service: shown(worker) } : {}),
            labels: kind ? { job: shown(kind) } : {},
          },
        }),
      ],
    })
  },
})

export const bullmq = job('bullmq', (look) => look.beside.get(metaKey(look.name))?.type === 'hash')
export const bull = job(
  'bull',
  ({ text }) => isUuid4(text.slice(0, UUID_LENGTH)) && SUFFIX.test(text.slice(UUID_LENGTH)),
)

const fieldsOf = ({ fields }: Extract<Raw, { type: 'hash' }>): Map<string, string> =>
  new Map(fields.map(([field, value]) => [field.toString('latin1'), value.toString('latin1')]))

const timeOf = (text: string | undefined): number | null =>
  /^\d{13}$/.test(text ?? '') ? Number(text) : null
