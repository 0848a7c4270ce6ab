import 'server-only'
import type { Readiness } from '../fleet/readiness.ts'
import type { Service } from '../service/service.ts'
import { DATA_HEADERS } from './data-headers.ts'

/** A thread that says nothing for so long is of no use to anybody. */
const PATIENCE_MS = 2_000

/** 200 when the console can be relied on, else 503 with what is missing. */
export async function readyResponse(
  service: Pick<Service, 'readiness'>,
  patienceMs = PATIENCE_MS,
): Promise<Response> {
  const says = await withinReason(service.readiness(), patienceMs)
  return Response.json(says, { status: says.ready ? 200 : 503, headers: DATA_HEADERS })
}

export async function metricsResponse(service: Pick<Service, 'metrics'>): Promise<Response> {
  const headers = { ...DATA_HEADERS, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }
  return new Response(await service.metrics(), { headers })
}

const silent = (says: string): Readiness => ({
  ready: false,
  store: 'unknown',
  backends: [],
  missing: [says],
})

async function withinReason(asked: Promise<Readiness>, patienceMs: number): Promise<Readiness> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => resolve(silent('The service thread gives no answer.')), patienceMs)
  })
  try {
    return await Promise.race([asked, late])
  } catch {
    return silent('The service thread could not answer.')
  } finally {
    clearTimeout(timer)
  }
}
