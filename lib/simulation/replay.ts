import { parseArgs } from 'node:util'
import { planFor } from './plan.ts'
import { runSchedule } from './schedule.ts'

/** `node --import tsx lib/simulation/replay.ts --seed 42`: everything that happens in one schedule, step by step. */
const { values } = parseArgs({ options: { seed: { type: 'string' } } })
const seed = Number(values.seed)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
if (!Number.isInteger(seed)) throw new RangeError('--seed is a whole number')
say(JSON.stringify(planFor(seed), null, 2))
const { verdict } = await runSchedule(seed, { print: say })
say(verdict ?? 'nothing went wrong')
process.exitCode = verdict === null ? 0 : 1
