import { z } from 'zod'
import { holderSchema, lockSchema, waiterSchema } from './lock.ts'

const iso = z.iso.datetime()

export const planRequestSchema = z.strictObject({
  act: z.literal('release'),
  locks: z
    .array(z.strictObject({ id: z.string().min(1), seen: z.string().min(1) }))
    .length(1, 'one lock at a time'),
})
export type PlanRequest = z.infer<typeof planRequestSchema>

export const plannedEffectSchema = z.object({
  node: z.string(),
  effect: z.enum(['delete', 'leave', 'out-of-reach']),
  /** Who is seen there; null when nobody, or when it gave no answer. */
  sees: z.string().nullable(),
  tokenDigest: z.string().nullable(),
  says: z.string(),
})
export type PlannedEffect = z.infer<typeof plannedEffectSchema>

export const planSchema = z.object({
  id: z.string(),
  act: z.literal('release'),
  state: z.enum(['open', 'applied', 'expired']),
  createdAt: iso,
  expiresAt: iso,
  now: iso,
  lock: lockSchema,
  holder: holderSchema.nullable(),
  /** Renewed lately, so that somebody is at work under this lock. */
  alive: z.boolean(),
  effects: z.array(plannedEffectSchema),
  next: waiterSchema.nullable(),
  warnings: z.array(z.string()),
  /** What the operator must type to go on; null when one confirmation is enough. */
  typeName: z.string().nullable(),
})
export type Plan = z.infer<typeof planSchema>

export const applyRequestSchema = z.strictObject({
  reason: z.string().trim().min(3, 'a reason of at least 3 characters').max(500),
  confirm: z.string().optional(),
})
export type ApplyRequest = z.infer<typeof applyRequestSchema>

export const nodeOutcomeSchema = z.object({
  node: z.string(),
  outcome: z.enum(['freed', 'already-gone', 'other-holder', 'unreachable', 'unknown', 'left']),
  says: z.string(),
})
export type NodeOutcome = z.infer<typeof nodeOutcomeSchema>

export const appliedSchema = z.object({
  plan: z.string(),
  audit: z.string(),
  result: z.enum(['freed', 'partly', 'nothing', 'unknown']),
  says: z.string(),
  nodes: z.array(nodeOutcomeSchema),
})
export type Applied = z.infer<typeof appliedSchema>

/** The details of a `changed` refusal. */
export const changedSchema = z.object({ was: lockSchema, is: lockSchema })
export type Changed = z.infer<typeof changedSchema>
