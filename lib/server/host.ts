import { isLoopback } from '../service/loopback.ts'

/**
 * Whether a Host header names this console: a loopback name, or the host of the configured public origin. Any other name
 * means that a browser was led here by somebody else's DNS.
 */
export function isOurHost(host: string | null, publicOrigin: string | null): boolean {
  if (!host) return false
  if (publicOrigin !== null && new URL(publicOrigin).host === host.toLowerCase()) return true
  const url = `http://${host}`
  return (
    URL.canParse(url) &&
    new URL(url).host === host.toLowerCase().replace(/:80$/, '') &&
    isLoopback(new URL(url).hostname)
  )
}

/** Whether a write comes from a page of this console. Without an Origin nobody can tell, so that is a no. */
export function isOurOrigin(origin: string | null, host: string, publicOrigin: string | null): boolean {
  if (origin === null) return false
  return origin === publicOrigin || origin === `http://${host.toLowerCase()}`
}
