import { type ProblemFacts, problemSchema } from '../fleet/problem.ts'

/** The facts of a Problem, also of one that another bundle made with its own copy of the class; null for other errors. */
export function problemFacts(error: unknown): ProblemFacts | null {
  if (!(error instanceof Error) || error.name !== 'Problem' || !('facts' in error)) return null
  const facts = problemSchema.safeParse(error.facts)
  return facts.success ? facts.data : null
}
