import type { z } from 'zod'
import { auditPageSchema } from '../fleet/audit.ts'
import { demoActSchema, demoStateSchema } from '../fleet/demo.ts'
import { exportSchema } from '../fleet/export-lock.ts'
import { findingsPageSchema } from '../fleet/finding.ts'
import { frameSchema } from '../fleet/frame.ts'
import { locksPageSchema } from '../fleet/lock.ts'
import { lockDetailSchema } from '../fleet/lock-detail.ts'
import { nodesPageSchema } from '../fleet/node.ts'
import { overviewSchema } from '../fleet/overview.ts'
import { appliedSchema, applyRequestSchema, planRequestSchema, planSchema } from '../fleet/plan.ts'
import { timelineSchema, timelinesSchema } from '../fleet/timeline.ts'
import { waitsForPageSchema } from '../fleet/waiting.ts'
import { auditAsk, eventsAsk, locksAsk, nothingAsked, timelineAsk } from './asks.ts'
import { exportAsk, timelinesAsk } from './read-asks.ts'

/** A schema and its name in the description. */
interface Named {
  name: string
  schema: z.ZodType
}

export interface ApiRoute {
  method: 'get' | 'post'
  /** Below /api/v1. */
  path: string
  says: string
  query: z.ZodObject
  body?: Named
  /** Null where no schema can tell it. */
  answer: Named | null
  /** Beside JSON, or instead of it. */
  media?: readonly string[]
  /** Needs a key, so that an act that is sent again is done once. */
  idempotent?: boolean
}

const get = (
  path: string,
  says: string,
  answer: ApiRoute['answer'],
  more: Partial<ApiRoute> = {},
): ApiRoute => ({
  ...{ method: 'get', path, says, query: nothingAsked, answer },
  ...more,
})
const post = (
  path: string,
  says: string,
  body: Named,
  answer: Named,
  more: Partial<ApiRoute> = {},
): ApiRoute => ({
  ...{ method: 'post', path, says, query: nothingAsked, body, answer },
  ...more,
})

const named = (name: string, schema: z.ZodType): Named => ({ name, schema })
const overview = named('Overview', overviewSchema)
const locksPage = named('LocksPage', locksPageSchema)
const lockDetail = named('LockDetail', lockDetailSchema)
const timeline = named('Timeline', timelineSchema)
const timelines = named('Timelines', timelinesSchema)
const exported = named('Export', exportSchema)
const nodesPage = named('NodesPage', nodesPageSchema)
const findingsPage = named('FindingsPage', findingsPageSchema)
const waitsForPage = named('WaitsForPage', waitsForPageSchema)
const frame = named('Frame', frameSchema)
const auditPage = named('AuditPage', auditPageSchema)
const planRequest = named('PlanRequest', planRequestSchema)
const plan = named('Plan', planSchema)
const applyRequest = named('ApplyRequest', applyRequestSchema)
const applied = named('Applied', appliedSchema)
const demoState = named('DemoState', demoStateSchema)
const demoAct = named('DemoAct', demoActSchema)

const EXPORT_SAYS =
  'All locks that a filter matches, as a file. Who gave no answer meanwhile stands in `incomplete`, of CSV in remarks below ' +
  'the records (lines that begin with #), and of both, as it was at the beginning, in the header `Lockkeeper-Incomplete`.'

/** Every route of the API, with the schemas that it is held to. */
export const API_ROUTES: readonly ApiRoute[] = [
  get('/overview', 'Counts, backends, and the locks that need a look.', overview),
  get('/locks', 'Locks that a filter matches, in an order, page by page.', locksPage, { query: locksAsk }),
  get('/locks/{id}', 'One lock, read fresh from its store.', lockDetail),
  get('/locks/{id}/timeline', 'Holds, waits and markers of one lock.', timeline, { query: timelineAsk }),
  get(
    '/timeline',
    'The same of several locks: those that are named, else the most contended that a filter matches.',
    timelines,
    { query: timelinesAsk },
  ),
  get('/export', EXPORT_SAYS, exported, {
    query: exportAsk,
    media: ['application/json', 'text/csv'],
  }),
  get('/nodes', 'Every node with its health, by backend.', nodesPage),
  get('/findings', 'What in the set-up of the fleet makes its locks less safe.', findingsPage),
  get(
    '/waits-for',
    'Who waits for whom, over all locks and backends, and where that goes round in a circle.',
    waitsForPage,
  ),
  get(
    '/events',
    'Server-sent events: each has a frame as its data, with what changed in a view since the one before.',
    frame,
    { query: eventsAsk, media: ['text/event-stream'] },
  ),
  get('/audit', 'What was done, and what was refused.', auditPage, { query: auditAsk }),
  post('/plans', 'Prepares an act on what was seen.', planRequest, plan),
  get('/plans/{id}', 'A plan as it is now.', plan),
  post(
    '/plans/{id}/apply',
    'Does what a plan says, if the lock is still what it shows.',
    applyRequest,
    applied,
    { idempotent: true },
  ),
  get('/demo', 'The playground.', demoState),
  post('/demo/acts', 'Does something in the playground.', demoAct, demoState),
  get('/openapi.json', 'This description.', null, { media: ['application/json'] }),
]
