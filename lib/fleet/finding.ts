import { z } from 'zod'
import { severitySchema } from './verdict.ts'

/** One finding about the set-up of a node or a backend: what makes its locks less safe than somebody may think. */
export const findingSchema = z.object({
  /** W1 to W24. */
  id: z.string(),
  /** Its name, like `evicts-keys`. A rule may find several things that have one number. */
  name: z.string(),
  severity: severitySchema,
  backend: z.string(),
  /** Null when it concerns the whole backend. */
  node: z.string().nullable(),
  /** A sentence: what is the matter. */
  says: z.string(),
  /** Short clauses with their numbers. */
  evidence: z.array(z.string()),
  /** What to do about it. */
  suggests: z.string(),
})
export type Finding = z.infer<typeof findingSchema>

/** One rule about the set-up: whether it found something, and why it could not look where it could not. */
export const checkSchema = z.object({
  id: z.string(),
  /** What it looks for, in words. */
  looksFor: z.string(),
  outcome: z.enum(['found', 'clear', 'not-checked']),
  /** Nodes or backends that it could not look at, with the reason; null when it saw all. */
  missed: z.string().nullable(),
})
export type Check = z.infer<typeof checkSchema>

export const findingsPageSchema = z.object({
  /** The worst first. */
  findings: z.array(findingSchema),
  checks: z.array(checkSchema),
  now: z.iso.datetime(),
})
export type FindingsPage = z.infer<typeof findingsPageSchema>
