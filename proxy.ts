import { type NextRequest, NextResponse } from 'next/server'
import { isDevelopment } from '@/lib/server/env.ts'
import { isOurHost } from '@/lib/server/host.ts'
import { runtime } from '@/lib/server/runtime.ts'
import { contentSecurityPolicy } from '@/lib/server/security-headers.ts'

/** Pages: only under our own name, each with a nonce of its own that Next puts on the scripts it writes. */
export function proxy(request: NextRequest): NextResponse {
  if (!isOurHost(request.headers.get('host'), runtime()?.publicOrigin ?? null)) {
    return new NextResponse('The console does not answer to this host name.\n', { status: 403 })
  }
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  const policy = contentSecurityPolicy(nonce, isDevelopment())
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

/** The API guards itself, also where it has nothing; files of the build are the same for everybody. */
export const config = { matcher: ['/((?!api/|(?:healthz|readyz|metrics)$|_next/static/).*)'] }
