import { download } from '@/lib/server/download.ts'
import { reading } from '@/lib/server/http.ts'
import { exportAsk } from '@/lib/server/read-asks.ts'

export const dynamic = 'force-dynamic'

export const GET = reading(exportAsk, ({ request, query, service }) => download(request, query, service))
