import { z } from 'zod'

export const problemCodeSchema = z.enum([
  'invalid',
  'not_found',
  'forbidden',
  'unsupported',
  'changed',
  'plan_expired',
  'plan_used',
  'name_mismatch',
  'audit_unavailable',
  'backend_unavailable',
  'conflict',
  'busy',
  'internal',
])
export type ProblemCode = z.infer<typeof problemCodeSchema>

export const problemSchema = z.object({
  code: problemCodeSchema,
  message: z.string(),
  /** What to do about it. */
  hint: z.string().nullable(),
  details: z.unknown().optional(),
})
export type ProblemFacts = z.infer<typeof problemSchema>

export const errorBodySchema = z.object({ error: problemSchema })

/** The one error that may cross from the service to a page: its text is meant to be read. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly hint: string | null
  readonly details: unknown

  constructor(code: ProblemCode, message: string, more: { hint?: string; details?: unknown } = {}) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.hint = more.hint ?? null
    this.details = more.details
  }

  get facts(): ProblemFacts {
    return { code: this.code, message: this.message, hint: this.hint, details: this.details }
  }
}
