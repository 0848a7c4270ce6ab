import { z } from 'zod'
import { severitySchema } from './verdict.ts'

/** One finding about the set-up of a node or a backend: what makes its locks less safe than somebody may think. */
export const findingSchema = z.object({
  /** W1 to W23. */
  id: z.string(),
  /** Its name, like `evicts-keys`. */
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
