import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { LockError } from '../core/index.ts'

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

/** What a connection is made with; what is not said is not there. */
export interface Tls {
  ca?: Buffer
  cert?: Buffer
  key?: Buffer
  servername?: string
}

/** How to get in. */
export interface Access extends Credentials {
  tls?: Tls | undefined
}

/** Reads the files that are named. Throws a LockError, `invalid`, that says which field is wrong. */
export function accessOf(spec: AccessSpec, to: 'read' | 'write'): Access {
  const { username = spec.username, password = spec.password } = spec[to] ?? {}
  return spec.tls ? { username, password, tls: tlsOf(spec.tls) } : { username, password }
}

function tlsOf({ ca, cert, key, servername }: NonNullable<AccessSpec['tls']>): Tls {
  if ((cert === undefined) !== (key === undefined))
    throw invalid('tls: cert and key belong together, and one of them is not there')
  const tls = {
    ...(ca !== undefined && { ca: pemOf('ca', ca, (pem) => new X509Certificate(pem)) }),
    ...(cert !== undefined && { cert: pemOf('cert', cert, (pem) => new X509Certificate(pem)) }),
    ...(key !== undefined && { key: pemOf('key', key, createPrivateKey) }),
    ...(servername !== undefined && { servername }),
  }
  if (tls.cert && tls.key && !new X509Certificate(tls.cert).checkPrivateKey(createPrivateKey(tls.key)))
    throw invalid('tls.key: it is not the key of the certificate in tls.cert')
  return tls
}

function pemOf(field: string, given: string, parse: (pem: Buffer) => unknown): Buffer {
  const isText = given.includes('\n') || given.includes('-----BEGIN')
  const pem = isText ? Buffer.from(given) : fileOf(field, given)
  try {
    parse(pem)
  } catch {
    const what = field === 'key' ? 'private key without a passphrase' : 'certificate'
    // A key is a secret, and so may be what somebody took for a file's text.
    throw invalid(`tls.${field}: ${isText ? 'the text' : given} is no ${what} in PEM`)
  }
  return pem
}

function fileOf(field: string, name: string): Buffer {
  try {
    return readFileSync(name)
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw invalid(`tls.${field}: the file can not be read: ${name} (${why})`)
  }
}

const invalid = (message: string): LockError =>
  new LockError('invalid', message, {
    lock: '',
    hint: 'Give the text in PEM, or the name of a file that has it.',
  })
