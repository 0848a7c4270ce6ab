import type { Access } from '../access.ts'
import { CallFailed } from './failure.ts'
import { hedge } from './hedge.ts'
import { PREFIX } from './layout.ts'
import { type Liveness, type Seat, watchLiveness } from './liveness.ts'
import { hostIn, type Member, type Members, openMembers } from './members.ts'

type Client = Member['client']
type Options = { deadline: number }
export type Call<T> = (
  client: Client,
  options: Options,
  to: { member: Member; withinMs: number },
) => Promise<T>

/** A member that said something so recently is not asked whether it is there. */
const FRESH_MS = 250
/** The part of the time for a call after which a member counts as slow. */
const PATIENCE_PART = 0.2

/** Answered only by a member that a majority follows. */
const isThere: Call<unknown> = (client, options) =>
  client.kv.range({ key: Buffer.from(PREFIX), keys_only: true }, options)

const isFinal = (failure: unknown): boolean => failure instanceof CallFailed && failure.final

/** The members of one cluster, called with care. */
export class Cluster {
  readonly members: Members
  readonly #liveness: Liveness
  /** Of a cluster of one there is nobody else to ask. */
  readonly #lone: Seat | null
  #looking: Promise<unknown> | null = null

  constructor(endpoints: readonly string[], access: Access = {}) {
    this.members = openMembers(
      endpoints.map((url) => ({ name: hostIn(url), url })),
      access,
    )
    this.#liveness = watchLiveness(this.members.all, (seat, ms) => this.#call(seat, isThere, ms))
    this.#lone = this.members.all.length === 1 ? (this.#liveness.order()[0] ?? null) : null
  }

  /**
   * Sends once, to a member that has been heard a moment ago; to the next one only when it was certainly not sent. Gives
   * up before its time when its member is silent and another one is not.
   */
  write<T>(send: Call<T>, withinMs: number): Promise<T> {
    return this.#lone ? this.#call(this.#lone, send, withinMs) : this.#writeToLive(send, withinMs)
  }

  async #writeToLive<T>(send: Call<T>, withinMs: number): Promise<T> {
    const deadline = performance.now() + withinMs
    let failure: CallFailed | null = null
    for (let turn = 0; turn < this.members.all.length; turn++) {
      await this.#findLive(deadline - performance.now())
      const [seat] = this.#liveness.order()
      const left = deadline - performance.now()
      if (!seat || left <= 0) break
      try {
        return await this.#callWatched(seat, send, left)
      } catch (error) {
        failure = error instanceof CallFailed ? error : new CallFailed(error)
        if (failure.final || failure.maybeDone) throw failure
      }
    }
    throw failure ?? new CallFailed('no member answers', false)
  }

  /** For what may be asked twice without harm: asks the next member too when one is silent. */
  ask<T>(send: Call<T>, withinMs: number): Promise<T> {
    return this.#lone ? this.#call(this.#lone, send, withinMs) : this.#askHedged(send, withinMs)
  }

  async #askHedged<T>(send: Call<T>, withinMs: number): Promise<T> {
    const seats = this.#liveness.order()
    const patienceMs = withinMs * PATIENCE_PART
    const asked = new Map<Seat, number>()
    const askOne = (seat: Seat): Promise<T> => {
      const left = withinMs - asked.size * patienceMs
      asked.set(seat, performance.now())
      return this.#call(seat, send, left)
    }
    const answer = await hedge(seats, patienceMs, askOne, isFinal)
    const late = performance.now() - patienceMs
    for (const [seat, askedAt] of asked)
      if (askedAt <= late && seat.heardAt < askedAt) this.#liveness.silent(seat)
    return answer
  }

  /** Those that answer first. */
  inOrder(): readonly Member[] {
    return this.#liveness.order().map(({ member }) => member)
  }

  close(): void {
    this.#liveness.close()
    this.members.close()
  }

  async #call<T>(seat: Seat, send: Call<T>, withinMs: number): Promise<T> {
    const ms = Math.max(1, Math.round(withinMs))
    try {
      const { member } = seat
      const answer = await send(member.client, { deadline: Date.now() + ms }, { member, withinMs: ms })
      this.#liveness.heard(seat)
      return answer
    } catch (error) {
      const failure = new CallFailed(error)
      if (failure.final) this.#liveness.heard(seat)
      else if (!failure.maybeDone) this.#liveness.silent(seat)
      throw failure
    }
  }

  /** Makes sure that the first in order answers. Nothing was sent when this fails. */
  async #findLive(withinMs: number): Promise<void> {
    const [seat] = this.#liveness.order()
    if (seat && performance.now() - seat.heardAt <= FRESH_MS) return
    this.#looking ??= this.ask(isThere, withinMs).finally(() => {
      this.#looking = null
    })
    await this.#looking.catch((error: unknown) => {
      if (!isFinal(error)) throw new CallFailed(error, false)
    })
  }

  async #callWatched<T>(seat: Seat, send: Call<T>, withinMs: number): Promise<T> {
    const over = new AbortController()
    try {
      const sent = this.#call(seat, send, withinMs)
      return await Promise.race([sent, this.#untilSilent(seat, withinMs, over.signal)])
    } finally {
      over.abort()
    }
  }

  /** Rejects when a seat says nothing to a question that another one answers. */
  #untilSilent(seat: Seat, withinMs: number, over: AbortSignal): Promise<never> {
    const patienceMs = withinMs * PATIENCE_PART
    return new Promise((_, reject) => {
      const look = async () => {
        const askedAt = performance.now()
        const left = withinMs - patienceMs
        void this.#call(seat, isThere, left).catch(() => {})
        if (!(await this.#anotherAnswers(seat, left))) return
        // It had a call to answer before, and has as long again for this one.
        await pause(patienceMs - (performance.now() - askedAt), over)
        if (over.aborted || seat.heardAt >= askedAt) return
        this.#liveness.silent(seat)
        reject(new CallFailed(`${seat.member.name} is silent`))
      }
      void pause(patienceMs, over).then(() => (over.aborted ? undefined : look()))
    })
  }

  async #anotherAnswers(seat: Seat, withinMs: number): Promise<boolean> {
    const others = this.#liveness.order().filter((other) => other !== seat)
    const answers = others.map((other) =>
      this.#call(other, isThere, withinMs).catch((error: unknown) => {
        if (!isFinal(error)) throw error
      }),
    )
    return Promise.any(answers).then(
      () => true,
      () => false,
    )
  }
}

function pause(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      over.removeEventListener('abort', done)
      resolve()
    }
    over.addEventListener('abort', done, { once: true })
  })
}
