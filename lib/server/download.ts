import 'server-only'
import type { ExportPart, ExportQuery } from '../service/lock-export.ts'
import type { Service } from '../service/service.ts'
import { DATA_HEADERS } from './data-headers.ts'

const TYPES = { csv: 'text/csv; charset=utf-8; header=present', json: 'application/json' } as const
const encoder = new TextEncoder()

/** What is filtered as a file. The next part is made when the one before it was taken. */
export async function download(request: Request, query: ExportQuery, service: Service): Promise<Response> {
  const headers = headersOf(query, new Date().toISOString())
  // Nobody would ever take what the head alone began.
  if (request.method === 'HEAD') return new Response(null, { headers })
  const first = await service.exportLocks(query)
  let ticket = first.ticket
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(first.text))
      if (ticket === null) controller.close()
    },
    async pull(controller) {
      if (ticket === null) return
      const part = await service.exportMore(ticket)
      ticket = part.ticket
      controller.enqueue(encoder.encode(part.text))
      if (ticket === null) controller.close()
    },
    async cancel() {
      if (ticket !== null) await service.exportEnd(ticket)
    },
  })
  return new Response(body, { headers: { ...headers, ...incompleteHeader(first.incomplete) } })
}

/** For whoever reads a file by program: which nodes gave no answer when it began. */
const incompleteHeader = (incomplete: ExportPart['incomplete']): Record<string, string> => {
  const nodes = incomplete.flatMap(({ backend, nodes }) => nodes.map((node) => `${backend}/${node}`))
  return nodes.length === 0 ? {} : { 'lockkeeper-incomplete': nodes.map(encodeURI).join(', ') }
}

const headersOf = ({ format }: ExportQuery, at: string): Record<string, string> => ({
  ...DATA_HEADERS,
  'content-type': TYPES[format],
  'content-disposition': `attachment; filename="locks-${at.slice(0, 19).replaceAll(':', '-')}Z.${format}"`,
})
