import { parentPort } from 'node:worker_threads'
import { StoreError } from '../history/database.ts'
import { createService } from './compose.ts'
import { readConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { environment } from './env.ts'
import { errorFacts, openLog, withoutUserinfo } from './log.ts'
import { realParts } from './parts.ts'
import { serve } from './port.ts'
import { isClose, type ThreadSays } from './thread.ts'

/** The service's own thread: reads the configuration, puts everything together, answers what arrives at its port. */
const log = openLog((line) => process.stderr.write(line))
const port = parentPort
if (!port) throw new Error('the service runs in a worker thread')

const say = (message: ThreadSays) => port.postMessage(message)

try {
  const config = readConfig(environment())
  const { service, about, close } = await createService(config, realParts(environment(), log))
  const stopServing = serve(port, service, (error, method) =>
    log('error', 'a call failed', { method, ...errorFacts(error) }),
  )
  port.on('message', (message) => {
    if (!isClose(message)) return
    stopServing()
    // What is closed may have left a timer behind: nobody waits for it.
    void close().finally(() => process.exit())
  })
  say({ thread: 'ready', about, listen: config.listen })
} catch (error) {
  const isMeantToBeRead = error instanceof ConfigError || error instanceof StoreError
  if (!isMeantToBeRead) log('error', 'the service could not start', errorFacts(error))
  say({
    thread: 'failed',
    says: error instanceof Error ? withoutUserinfo(error.message) : 'for a reason that it did not tell',
  })
  port.close()
}
