import type { SeenHolder } from '../../../fleet/sighting.ts'
import type { Dialect, Look, Raw } from './dialect.ts'
import { holder, shown, sight } from './sight.ts'

const PREFIX = 'uniquejobs:'
const LOCKED = ':LOCKED'
const INFO = ':INFO'
const DIGEST = /^(uniquejobs:[0-9a-f]{32,64}(?::RUN)?)(?::(?:QUEUED|PRIMED|INFO|LOCKED))?$/
const JOB = /^[0-9a-f]{24}$/
const SECONDS = /^\d{9,11}(?:\.\d+)?$/

/** A hash from the jobs that have a digest to when (8), or to what is known of them (9). More may be told beside it. */
export const sidekiqUniqueJobs: Dialect = {
  id: 'sidekiq-unique-jobs',
  types: ['hash'],
  prefixes: [PREFIX],
  suffixes: [LOCKED],
  lockOf(name) {
    if (name.endsWith(LOCKED)) return name
    const digest = DIGEST.exec(name)?.[1]
    return digest ? digest + LOCKED : null
  },
  beside: (_, name) => (name.endsWith(LOCKED) ? [name.slice(0, -LOCKED.length) + INFO] : null),
  read(look) {
    const { raw, name } = look
    if (raw.type !== 'hash' || !name.endsWith(LOCKED) || raw.fields.length === 0) return null
    if (raw.fields.some(([job]) => !JOB.test(job.toString('latin1')))) return null
    const info = objectOf(textOf(look.beside.get(name.slice(0, -LOCKED.length) + INFO)))
    const limit = Number(info.limit ?? 1)
    const shared = raw.size > 1 || limit > 1
    return sight(look, {
      dialect: this.id,
      confidence: DIGEST.test(name) ? 'certain' : 'likely',
      name: name.slice(0, -LOCKED.length),
      ...(shared ? { kind: 'semaphore', permits: limit > 1 ? limit : null } : {}),
      holders: raw.fields.map(([job, value]) => holderOf(look, job, { value, info })),
    })
  },
}

function holderOf(
  look: Look,
  job: Buffer,
  { value, info }: { value: Buffer; info: Record<string, unknown> },
): SeenHolder {
  const text = value.toString('latin1')
  const told = SECONDS.test(text) ? { time: text } : objectOf(text)
  const since = SECONDS.test(String(told.time)) ? Math.round(Number(told.time) * 1_000) : null
  const worker = told.worker ?? info.worker
  const service = typeof worker === 'string' && worker !== '' ? shown(worker) : null
  return holder(
    look,
    {
      ...(service ? { label: service, who: { service } } : {}),
      ...(since === null ? {} : { since, sinceIs: 'exact' }),
    },
    job.toString('latin1'),
  )
}

const textOf = (raw: Raw | null | undefined): string | null =>
  raw?.type === 'string' ? raw.head.toString('latin1') : null

function objectOf(json: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json ?? '')
    return value !== null && typeof value === 'object' ? { ...value } : {}
  } catch {
    return {}
  }
}
