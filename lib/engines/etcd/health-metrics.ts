import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { Member } from './members.ts'

const WITHIN_MS = 1_500
const LONGEST = 2_000_000

/** What a member says of itself nowhere else. */
export interface OwnMetrics {
  quotaBytes: number | null
  /** When its process was started, epoch ms by its clock. */
  startedAt: number
}

/** Null when it has no metrics on its client port, or not for us. */
export async function ownMetrics({ url, tls }: Member): Promise<OwnMetrics | null> {
  const text = await read(new URL('/metrics', url), tls).catch(() => '')
  const startedAt = valueIn(text, 'process_start_time_seconds')
  if (startedAt === null) return null
  return {
    quotaBytes: valueIn(text, 'etcd_server_quota_backend_bytes'),
    startedAt: Math.round(startedAt * 1_000),
  }
}

function valueIn(text: string, name: string): number | null {
  const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(text) ?? []
  const number = Number(value)
  return value === undefined || !Number.isFinite(number) ? null : number
}

function read({ protocol, host, pathname }: URL, tls: Member['tls']): Promise<string> {
  const options = { signal: AbortSignal.timeout(WITHIN_MS) }
  const target = `${protocol}//${host}${pathname}`
  return new Promise((resolve, reject) => {
    const asked = protocol === 'https:' ? secure(target, { ...options, ...tls }) : plain(target, options)
    asked.on('error', reject)
    asked.on('response', (response) => {
      const parts: Buffer[] = []
      let length = 0
      response.on('data', (part: Buffer) => {
        length += part.length
        if (length > LONGEST) asked.destroy(new Error('too long'))
        else parts.push(part)
      })
      response.on('error', reject)
      response.on('end', () => resolve(response.statusCode === 200 ? Buffer.concat(parts).toString() : ''))
    })
    asked.end()
  })
}
