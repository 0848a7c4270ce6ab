import type { ProblemCode } from '../fleet/problem.ts'

/** The status that goes with each reason for a refusal. */
export const PROBLEM_STATUS: Readonly<Record<ProblemCode, number>> = {
  invalid: 400,
  forbidden: 403,
  not_found: 404,
  changed: 409,
  conflict: 409,
  plan_used: 409,
  plan_expired: 410,
  name_mismatch: 422,
  unsupported: 422,
  internal: 500,
  audit_unavailable: 503,
  busy: 503,
  backend_unavailable: 503,
}
