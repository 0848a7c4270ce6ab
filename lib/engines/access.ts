import { readFileSync } from 'node:fs'

interface Credentials {
  username?: string | undefined
  password?: string | undefined
}

/** How a backend is configured to be got into. */
export interface AccessSpec extends Credentials {
  tls?:
    | {
        ca?: string | undefined
        cert?: string | undefined
        key?: string | undefined
        servername?: string | undefined
      }
    | undefined
  read?: Credentials | undefined
  write?: Credentials | undefined
}

export interface Tls {
  ca?: Buffer | undefined
  cert?: Buffer | undefined
  key?: Buffer | undefined
  servername?: string | undefined
}

/** How to get in. */
export interface Access extends Credentials {
  tls?: Tls | undefined
}

/** Reads the files that are named. Throws in words. */
export function accessOf(spec: AccessSpec, to: 'read' | 'write'): Access {
  const { username = spec.username, password = spec.password } = spec[to] ?? {}
  const { tls } = spec
  if (!tls) return { username, password }
  const file = (name: string | undefined) => (name === undefined ? undefined : fileOf(name))
  return {
    username,
    password,
    tls: { ca: file(tls.ca), cert: file(tls.cert), key: file(tls.key), servername: tls.servername },
  }
}

function fileOf(name: string): Buffer {
  try {
    return readFileSync(name)
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new Error(`the file of tls can not be read: ${name} (${why})`)
  }
}
