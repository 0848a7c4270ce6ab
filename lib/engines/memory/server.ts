import type { Message } from '../../core/node.ts'

/** What a store runs on. Handed in where a simulation owns it. */
export interface ServerTime {
  /** Epoch milliseconds. */
  now(): number
  sleep(ms: number): Promise<void>
}

/** The command may or may not have been carried out; `maybeDone` is false only when it certainly was not. */
export class Unanswered extends Error {
  readonly maybeDone: boolean
  constructor(why: string, maybeDone: boolean) {
    super(why)
    this.maybeDone = maybeDone
  }
}

interface Ear {
  client: string
  hear: (message: Message) => void
}

const EVERYBODY = null

/** The way to a server in this process and back, with all that can go wrong on it. */
export class MemoryServer {
  /** How long a command, an answer or a message is under way. Asked anew for each, so that they may overtake. */
  delayMs: () => number = () => 0
  /** How many commands it has carried out. */
  carriedOut = 0
  readonly #time: ServerTime
  readonly #ears = new Map<string, Set<Ear>>()
  readonly #cutOff = new Set<string | typeof EVERYBODY>()
  #running = true
  #frozen = false
  #answersToLose = 0
  #stepMs = 0
  #changed: { done: Promise<void>; tell: () => void } = newSign()

  constructor(time: ServerTime) {
    this.#time = time
  }

  get running(): boolean {
    return this.#running
  }

  get frozen(): boolean {
    return this.#frozen
  }

  /** By the server's own clock. */
  now(): number {
    return this.#time.now() + this.#stepMs
  }

  /** Lets the clock jump: forwards ends holds early, backwards late. */
  stepClock(ms: number): void {
    this.#stepMs += ms
  }

  /** Runs a command of this client at the server. Rejects with `Unanswered` when no answer comes back. */
  async run<T>(client: string, command: () => T): Promise<T> {
    await this.#until(() => !this.#isCutOff(client))
    if (!this.#running) throw new Unanswered('connection refused', false)
    await this.#underWay()
    await this.#through(client)
    this.carriedOut += 1
    const answer = command()
    if (this.#answersToLose > 0) {
      this.#answersToLose -= 1
      throw new Unanswered('the connection was cut', true)
    }
    await this.#underWay()
    await this.#through(client)
    return answer
  }

  /** What a reader does first: rejects when the server is down, waits while it is silent. */
  reach(): Promise<void> {
    return this.#through('')
  }

  listen(client: string, process: string, hear: (message: Message) => void): () => void {
    const ear = { client, hear }
    const ears = this.#ears.get(process) ?? new Set()
    this.#ears.set(process, ears.add(ear))
    return () => {
      ears.delete(ear)
      if (ears.size === 0 && this.#ears.get(process) === ears) this.#ears.delete(process)
    }
  }

  /** Like a channel: whoever does not listen, or can't be reached, never hears of it. */
  tell(process: string, message: Message): void {
    for (const ear of this.#ears.get(process) ?? []) void this.#deliver(process, ear, message)
  }

  stop(): void {
    this.#running = false
    this.#frozen = false
    this.#sign()
  }

  /** Whether it was down. */
  protected comeUp(): boolean {
    const wasDown = !this.#running
    this.#running = true
    return wasDown
  }

  /** Takes commands, and carries nothing out and answers nothing until it is resumed. */
  freeze(): void {
    this.#frozen = this.#running
  }

  resume(): void {
    this.#frozen = false
    this.#sign()
  }

  /** Nothing gets through between this client, or all of them, and the server; what was sent arrives when it is healed. */
  partition(client: string | typeof EVERYBODY = EVERYBODY): void {
    this.#cutOff.add(client)
  }

  heal(): void {
    this.#cutOff.clear()
    this.#sign()
  }

  /** The next so many commands are carried out, and nobody is told. */
  loseAnswers(count: number): void {
    this.#answersToLose = count
  }

  #isCutOff(client: string): boolean {
    return this.#cutOff.has(client) || this.#cutOff.has(EVERYBODY)
  }

  async #underWay(): Promise<void> {
    const ms = this.delayMs()
    if (ms > 0) await this.#time.sleep(ms)
  }

  async #through(client: string): Promise<void> {
    await this.#until(() => !this.#frozen && !this.#isCutOff(client))
    if (!this.#running) throw new Unanswered('the connection was cut', true)
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.#changed.done
  }

  #sign(): void {
    this.#changed.tell()
    this.#changed = newSign()
  }

  async #deliver(process: string, ear: Ear, message: Message): Promise<void> {
    await this.#underWay()
    const listens = this.#ears.get(process)?.has(ear)
    if (listens && this.#running && !this.#isCutOff(ear.client)) ear.hear(message)
  }
}

function newSign() {
  let tell = () => {}
  const done = new Promise<void>((resolve) => {
    tell = resolve
  })
  return { done, tell }
}
