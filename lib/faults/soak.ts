import { parseArgs } from 'node:util'
import { SOAK_KINDS, type SoakKind } from './arena.ts'
import { publish, saveHistory } from './publish.ts'
import { runSoak } from './run-soak.ts'

/** `tsx lib/faults/soak.ts --seconds 600 --kind quorum --seed 7`; without a kind all of them, one after the other. */
const { values } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, kind: { type: 'string' } },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const kinds = SOAK_KINDS.filter((kind) => values.kind === undefined || kind === values.kind)
if (kinds.length === 0) throw new RangeError(`--kind is one of ${SOAK_KINDS.join(', ')}`)
const seconds = Number(values.seconds ?? 60) / kinds.length
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
let found = 0
for (const kind of kinds) found += await soak(kind)
process.exit(found > 0 ? 1 : 0)

async function soak(kind: SoakKind): Promise<number> {
  say(`${kind}: ${seconds.toFixed(0)} s, seed ${seed}`)
  const { violations, judgement, broken, history } = await runSoak(kind, seconds, seed)
  publish('F43 soak', kind, judgement, `${broken} faults, seed ${seed}`)
  const { grants, guardedWrites, refusedWrites, lateWritesUnguarded } = judgement
  say(
    `${kind}: ${broken} faults, ${grants} grants, ${guardedWrites} guarded writes taken and ${refusedWrites} refused; ` +
      `${lateWritesUnguarded.length} late writes without a guard; ${violations.length} violations`,
  )
  if (violations.length === 0) return 0
  for (const { key, at, says } of violations) say(`  ${key} at ${at.toFixed(1)}: ${says}`)
  say(`  history: ${saveHistory(`soak-${kind}-${seed}`, history)}`)
  return violations.length
}
