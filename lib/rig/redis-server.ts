import { connect } from 'node:net'
import { tiedFolder } from './lifeline.ts'
import { freePort } from './ports.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

export interface RedisServer {
  readonly port: number
  readonly url: string
  readonly process: ServerProcess
  /** Starts it again on the same port with the same folder; without persistence it comes back empty. */
  restart(): Promise<void>
  /** Ends it and removes what it wrote. */
  close(): Promise<void>
}

/** A redis-server of our own on a free loopback port, with nothing kept on disk unless `args` say so. */
export async function startRedis(args: string[] = []): Promise<RedisServer> {
  const port = await freePort()
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
        ...args,
      ],
      () => answersPing(port),
    )
  let process = await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
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
