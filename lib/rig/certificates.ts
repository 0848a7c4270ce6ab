import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tiedFolder } from './lifeline.ts'

const run = promisify(execFile)

export interface Certificate {
  cert: string
  key: string
}

/** Names of files: a certificate, its key, and whom to trust. */
export interface CertificateFiles extends Certificate {
  ca: string
}

/** An authority of a test's own; what it signs are paths of files. */
export interface Authority {
  readonly cert: string
  issue(name: string, options?: { address?: string; expired?: boolean }): Promise<Certificate>
  remove(): Promise<void>
}

export async function createAuthority(): Promise<Authority> {
  const folder = await tiedFolder('lockkeeper-certificates-')
  const path = (name: string) => join(folder.path, name)
  const openssl = (...args: string[]) => run('openssl', args)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const [cert, key] = [path('ca.pem'), path('ca.key')]
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '2',
    '-subj',
    '/CN=test authority',
  )
  return {
    cert,
    async issue(name, { address = '127.0.0.1', expired = false } = {}) {
      const [own, ownKey, request] = [path(`${name}.pem`), path(`${name}.key`), path(`${name}.csr`)]
      const about = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=IP:${address}`]
      await openssl('req', ...newKey, '-keyout', ownKey, '-out', request, ...about)
      const sign = [
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        cert,
        '-CAkey',
        key,
        '-CAcreateserial',
        '-out',
        own,
      ]
      await openssl(...sign, '-copy_extensions', 'copy', '-days', expired ? '-1' : '2')
      return { cert: own, key: ownKey }
    },
    remove: () => folder.remove(),
  }
}
