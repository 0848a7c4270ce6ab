import { z } from 'zod'
import { nodeOutcomeSchema } from './plan.ts'

export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  phase: z.enum(['intent', 'outcome', 'refused']),
  /** The intent that an outcome closes. */
  of: z.string().nullable(),
  actor: z.string(),
  act: z.string(),
  plan: z.string(),
  backend: z.string(),
  lock: z.string(),
  lockName: z.string(),
  reason: z.string().nullable(),
  holder: z.string().nullable(),
  tokenDigest: z.string().nullable(),
  result: z.string().nullable(),
  says: z.string(),
  nodes: z.array(nodeOutcomeSchema),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>

/** An entry as it is written: the log gives it its number and time. */
export type NewAuditEntry = Omit<AuditEntry, 'id' | 'at' | 'phase' | 'of'>

export const auditPageSchema = z.object({
  items: z.array(auditEntrySchema),
  nextCursor: z.string().nullable(),
  total: z.number().int().nonnegative(),
  now: z.iso.datetime(),
})
export type AuditPage = z.infer<typeof auditPageSchema>
