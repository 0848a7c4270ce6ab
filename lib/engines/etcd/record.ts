import { type Owner, ownerLabel } from '../../core/owner.ts'

type Json = Record<string, unknown>

/** The JSON of a value; empty when it is not of our making. */
export function parseRecord(value: Buffer): Json {
  try {
    const parsed: unknown = JSON.parse(value.toString())
    return typeof parsed === 'object' && parsed !== null ? (parsed as Json) : {}
  } catch {
    return {}
  }
}

export const textIn = (record: Json, field: string): string | null => {
  const found = record[field]
  return typeof found === 'string' ? found : null
}

export const numberIn = (record: Json, field: string): number | null => {
  const found = record[field]
  return typeof found === 'number' && Number.isFinite(found) ? found : null
}

/** Who stands in an entry; null when it does not say. */
export function labelIn(value: Buffer): string | null {
  const { owner } = parseRecord(value)
  if (typeof owner !== 'object' || owner === null) return null
  const { service, host } = owner as Partial<Owner>
  return typeof service === 'string' && typeof host === 'string' ? ownerLabel({ service, host }) : null
}
