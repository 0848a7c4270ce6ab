import { connect } from 'node:tls'
import { AbstractConnector, type Redis, type RedisOptions, SentinelConnector } from 'ioredis'

type Socket = Awaited<ReturnType<AbstractConnector['connect']>>
type Emitter = Parameters<AbstractConnector['connect']>[0]
type Option = { Connector: NonNullable<RedisOptions['Connector']> }

/**
 * A TLS socket that is closed in the middle of its greeting tells of two errors. ioredis listens to the first one only, and
 * the second would end the process: these connectors listen to all of them.
 */
const listened = (socket: Socket): Socket => socket.on('error', () => {})

class TlsConnector extends AbstractConnector {
  readonly #options: RedisOptions

  constructor(options: RedisOptions) {
    super(options.disconnectTimeout ?? 2_000)
    this.#options = options
  }

  async connect(): Promise<Socket> {
    this.connecting = true
    await new Promise((resolve) => process.nextTick(resolve))
    if (!this.connecting) throw new Error('Connection is closed.')
    const { host = 'localhost', port = 6379, tls } = this.#options
    const socket = connect({ host, port, ...tls })
    socket.once('error', (error) => {
      this.firstError = error
    })
    this.stream = listened(socket)
    return socket
  }
}

const ASK = 'connectToSentinel'

/** It opens clients of its own to ask the Sentinels: given up on in the middle of their greeting, they are no better. */
class ListeningSentinelConnector extends SentinelConnector {
  constructor(options: ConstructorParameters<typeof SentinelConnector>[0]) {
    super(options)
    if (!options.sentinelTLS) return
    const ask: (sentinel: object, more?: object) => Redis = Reflect.get(this, ASK)
    Object.assign(this, {
      [ASK]: (...[sentinel, more]: Parameters<typeof ask>) =>
        ask.call(this, sentinel, { ...more, ...OVER_TLS }),
    })
  }

  override async connect(emitter: Emitter): Promise<Socket> {
    return listened(await super.connect(emitter))
  }
}

export const OVER_TLS: Option = { Connector: TlsConnector as Option['Connector'] }
export const BEHIND_SENTINELS: Option = { Connector: ListeningSentinelConnector as Option['Connector'] }

/** What a client of that URL needs beside its settings. */
export const socketsTo = (url: string): Partial<Option> => (url.startsWith('rediss:') ? OVER_TLS : {})
