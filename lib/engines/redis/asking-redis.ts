import { Command, Redis } from 'ioredis'

const SCRIPTS = new Set(['eval', 'evalsha'])

/** A client for slots that a server is only just getting: it says before every script that it was sent there. */
export class AskingRedis extends Redis {
  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    if (SCRIPTS.has(command.name)) super.sendCommand(new Command('asking', [], {}, () => {}), stream)
    return super.sendCommand(command, stream)
  }
}
