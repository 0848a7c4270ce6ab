import { connect } from 'node:net'
import type { CertificateFiles } from './certificates.ts'
import { tiedFolder } from './lifeline.ts'
import { freePort } from './ports.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Where it speaks TLS; 0 where it does not. */
  readonly tlsPort: number
  readonly process: ServerProcess
  /** Starts it again on the same port with the same folder; without persistence it comes back empty. */
  restart(): Promise<void>
  /** Ends it and removes what it wrote. */
  close(): Promise<void>
}

/**
 * A redis-server of our own on a free loopback port, with nothing kept on disk unless `args` say so. With `files` it
 * speaks TLS on a port of its own besides, and wants a certificate of whoever comes there.
 */
export async function startRedis(
  args: string[] = [],
  files: CertificateFiles | null = null,
): Promise<RedisServer> {
  const port = await freePort()
  const tlsPort = files ? await freePort() : 0
  const folder = await tiedFolder('lockkeeper-redis-')
  const start = () =>
    startProcess(
      'redis-server',
      [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        folder.path,
        ...(files ? ['--tls-port', String(tlsPort), ...tlsArgs(files)] : []),
        ...args,
      ],
      () => answersPing(port),
    )
  let process = await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    tlsPort,
    get process() {
      return process
    },
    async restart() {
      await process.kill()
      process = await start()
    },
    async close() {
      await process.stop()
      await folder.remove()
    },
  }
}

const tlsArgs = ({ ca, cert, key }: CertificateFiles): string[] => [
  ...['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca],
  ...['--tls-replication', 'yes', '--tls-cluster', 'yes'],
]

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(500, () => done(false))
    socket.once('error', () => done(false))
    socket.once('connect', () => socket.write('PING\r\n'))
    socket.once('data', (data) => done(data.toString().startsWith('+PONG')))
  })
}
