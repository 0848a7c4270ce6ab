import { demoActSchema } from '@/lib/fleet/demo.ts'
import { writing } from '@/lib/server/http.ts'

export const dynamic = 'force-dynamic'

export const POST = writing(demoActSchema, ({ service, body }) => service.demoAct(body))
