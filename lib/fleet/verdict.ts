import { z } from 'zod'

export const verdictIdSchema = z.enum([
  'no-ttl',
  'holder-silent',
  'hot',
  'below-quorum',
  'partial',
  'split',
  'unknown',
  'deadlock',
  'fence-went-down',
  'immortal',
  'overdue',
  'dead-waiter',
  'shared-lease',
  'unsafe-releaser',
  'frozen',
  'held-back',
])
export type VerdictId = z.infer<typeof verdictIdSchema>

export const severitySchema = z.enum(['alarm', 'risk', 'note'])
export type Severity = z.infer<typeof severitySchema>

/** One named finding about a lock. */
export const verdictSchema = z.object({
  id: verdictIdSchema,
  severity: severitySchema,
  /** A sentence: what is the matter. */
  says: z.string(),
  /** Short clauses with their numbers: why we think so. */
  evidence: z.array(z.string()),
  suggests: z.enum(['release', 'look']),
})
export type Verdict = z.infer<typeof verdictSchema>
