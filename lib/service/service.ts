import type { AuditPage } from '../fleet/audit.ts'
import type { DemoAct, DemoState } from '../fleet/demo.ts'
import type { Frame, View } from '../fleet/frame.ts'
import type { Line, Lock, LocksPage } from '../fleet/lock.ts'
import type { NodesPage } from '../fleet/node.ts'
import type { Overview } from '../fleet/overview.ts'
import type { Applied, ApplyRequest, Plan, PlanRequest } from '../fleet/plan.ts'
import type { Timeline } from '../fleet/timeline.ts'

export interface LocksQuery {
  q: string
  sort: string
  limit: number
  cursor: string | null
  line: boolean
}

interface LockDetail {
  lock: Lock
  line: Line
  now: string
}

/** Everything the web side can ask of the service. All of it can cross a message port; errors arrive as Problem. */
export interface Service {
  overview(): Promise<Overview>
  locks(query: LocksQuery): Promise<LocksPage>
  /** Read fresh from the store. */
  lock(id: string): Promise<LockDetail>
  timeline(id: string, from: string | null, to: string | null): Promise<Timeline>
  nodes(): Promise<NodesPage>
  makePlan(request: PlanRequest, actor: string): Promise<Plan>
  plan(id: string): Promise<Plan>
  applyPlan(id: string, request: ApplyRequest, actor: string, idempotencyKey: string): Promise<Applied>
  audit(query: { lock: string | null; limit: number; cursor: string | null }): Promise<AuditPage>
  /** Refuses with `not_found` when no demo fleet runs. */
  demo(): Promise<DemoState>
  demoAct(act: DemoAct): Promise<DemoState>
  /**
   * Frames until the returned function is called. The next one is not made before the listener is done with the last,
   * so that a slow reader gets fewer, not a queue of them.
   */
  subscribe(view: View, onFrame: (frame: Frame) => void | Promise<void>): Promise<() => void>
}
