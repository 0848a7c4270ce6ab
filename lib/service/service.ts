import type { AuditPage } from '../fleet/audit.ts'
import type { DemoAct, DemoState } from '../fleet/demo.ts'
import type { FindingsPage } from '../fleet/finding.ts'
import type { SentFrame, View } from '../fleet/frame.ts'
import type { LocksPage } from '../fleet/lock.ts'
import type { LockDetail } from '../fleet/lock-detail.ts'
import type { NodesPage } from '../fleet/node.ts'
import type { Overview } from '../fleet/overview.ts'
import type { Applied, ApplyRequest, Plan, PlanRequest } from '../fleet/plan.ts'
import type { Readiness } from '../fleet/readiness.ts'
import type { Timeline, Timelines } from '../fleet/timeline.ts'
import type { WaitsForPage } from '../fleet/waiting.ts'
import type { ExportPart, ExportQuery } from './lock-export.ts'

export interface LocksQuery {
  q: string
  sort: string
  limit: number
  cursor: string | null
  line: boolean
}

export interface TimelinesQuery {
  q: string
  /** These and no others, if there are any. */
  ids: readonly string[]
  from: string | null
  to: string | null
  limit: number
}

/** Everything the web side can ask of the service. All of it can cross a message port; errors arrive as Problem. */
export interface Service {
  overview(): Promise<Overview>
  locks(query: LocksQuery): Promise<LocksPage>
  /** Read fresh from the store. */
  lock(id: string): Promise<LockDetail>
  timeline(id: string, from: string | null, to: string | null): Promise<Timeline>
  timelines(query: TimelinesQuery): Promise<Timelines>
  nodes(): Promise<NodesPage>
  waitsFor(): Promise<WaitsForPage>
  findings(): Promise<FindingsPage>
  /** The first part of what is filtered; the others by its ticket. Whoever wants no more says so. */
  exportLocks(query: ExportQuery): Promise<ExportPart>
  exportMore(ticket: string): Promise<ExportPart>
  exportEnd(ticket: string): Promise<void>
  /** Text in the exposition format of Prometheus. */
  metrics(): Promise<string>
  readiness(): Promise<Readiness>
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
  subscribe(view: View, onFrame: (frame: SentFrame) => void | Promise<void>): Promise<() => void>
}
