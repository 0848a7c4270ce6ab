import type { Bug, Suite } from './bug.ts'

const unit = (...files: string[]): Suite => ({
  project: 'unit',
  files: files.map((file) => `lib/core/${file}.test.ts`),
})
const fault = (file: string, named: string): Suite => ({
  ...{ project: 'proofs', files: [`lib/faults/${file}.faults.servers.test.ts`], named },
})

/** In what every engine has in common. */
export const CORE_BUGS: readonly Bug[] = [
  {
    name: 'a quorum that came too late is a grant',
    file: 'lib/core/attempt.ts',
    find: 'validUntil(asked.sentAt, ttlMs) <= means.clock.now()',
    replace: 'false',
    caughtBy: [unit('quorum-lock')],
  },
  {
    name: 'half of the nodes are a majority',
    file: 'lib/core/quorum.ts',
    find: 'Math.floor(nodes / 2) + 1',
    replace: 'Math.floor(nodes / 2)',
    caughtBy: [unit('quorum', 'quorum.property')],
  },
  {
    name: 'no answer is a refusal',
    file: 'lib/core/quorum.ts',
    find: "if (answer.outcome !== 'refused') tally[answer.outcome] += 1",
    replace:
      "if (answer.outcome === 'unknown') tally.refused += 1\n    else if (answer.outcome === 'granted') tally.granted += 1",
    caughtBy: [unit('quorum', 'quorum-lock', 'hold'), fault('quorum', 'F4')],
  },
  {
    name: 'votes of a failed round are kept',
    file: 'lib/core/votes.ts',
    find: '  await takeBack(refOf(wish, token, slot, means), result.asked.ballots, means)\n',
    replace: '',
    caughtBy: [unit('quorum-lock'), fault('quorum', 'F4: nobody')],
  },
  {
    name: 'all rounds on a quorum ask with one token',
    file: 'lib/core/votes.ts',
    find: 'const token = means.random.token()',
    replace: 'const token = ((wish as { token?: string }).token ??= means.random.token())',
    caughtBy: [unit('wait')],
  },
  {
    name: 'time is counted on the wall clock',
    file: 'lib/core/system.ts',
    find: 'now: () => performance.now(),',
    replace: 'now: () => Date.now(),',
    caughtBy: [fault('holder', 'one Redis.*F2: counts')],
  },
  {
    name: 'a node that forgot the hold counts for its renewal',
    file: 'lib/core/quorum.ts',
    find: 'else tally.refused += 1',
    replace: "else if (answer.why === 'not-held') tally.granted += 1\n    else tally.refused += 1",
    caughtBy: [unit('hold'), fault('link', 'F26')],
  },
  {
    name: 'the fence is not raised on a majority',
    file: 'lib/core/attempt.ts',
    find: 'if (stored) return',
    replace: 'if (stored || !stored) return',
    caughtBy: [unit('quorum-queue', 'fence-storing', 'fences.property')],
  },
  {
    name: 'whether it is held is remembered, not computed',
    file: 'lib/core/keep.ts',
    find: 'return this.#ended ? 0 : Math.max(0, this.#until - this.#means.clock.now())',
    replace: 'return this.#ended ? 0 : this.ttlMs',
    caughtBy: [unit('hold'), fault('holder', 'one Redis.*F2')],
  },
  {
    name: 'a hold counts from the answer',
    file: 'lib/core/keep.ts',
    find: 'this.#until = validUntil(granted.sentAt, granted.ref.ttlMs)',
    replace: 'this.#until = validUntil(means.clock.now(), granted.ref.ttlMs)',
    caughtBy: [unit('hold', 'wait', 'hand-over')],
  },
  {
    name: 'a renewal counts from the answer',
    file: 'lib/core/keep.ts',
    find: 'this.#until = Math.max(this.#until, validUntil(round.sentAt, this.ttlMs))',
    replace: 'this.#until = Math.max(this.#until, validUntil(this.#means.clock.now(), this.ttlMs))',
    caughtBy: [unit('hold')],
  },
  {
    name: 'a hand-over that was told late is believed',
    file: 'lib/core/wait-alone.ts',
    find: 'if (!handed || isDoubtful || wish.minReplicas > 0) continue',
    replace: 'if (!handed || wish.minReplicas > 0) continue',
    caughtBy: [unit('late-hand-over')],
  },
  {
    name: 'one acknowledged release is enough, whatever may still land',
    file: 'lib/core/take-back.ts',
    find: 'const isCalm = (sent: readonly Ballot[], { clock }: Means): boolean =>\n',
    replace: 'const isCalm = (sent: readonly Ballot[], { clock }: Means): boolean =>\n  true ||\n',
    caughtBy: [unit('quorum-lock', 'wait')],
  },
  {
    name: 'a command without answer is sent again',
    file: 'lib/core/line.ts',
    find: 'promised(() => send.call(node, items)).then(',
    replace: `promised(async () => {
      const answers = await send.call(node, items)
      return answers.some(({ outcome }) => outcome === 'unknown') ? send.call(node, items) : answers
    }).then(`,
    caughtBy: [fault('link', 'one Redis F24: a reply that breaks off')],
  },
]
